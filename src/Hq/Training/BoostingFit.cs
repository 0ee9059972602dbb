using EdgeRuntime.Hq.Onnx;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// Fits <see cref="BoostedTrees"/> by Microsoft.ML's FastTree. The same rows, weights and options give the same trees, in every process and with any number of threads (tested); it is fitted
/// with one, because two gave no gain on 40 features.
/// </summary>
static class BoostingFit
{
    // What FastTree says once for every tree (5.0.1); it has no other sign of life.
    const string TreeBegun = "numTotalTrees left";

    /// <param name="progress">Told the share that is done, from 0 to 1, never falling.</param>
    /// <exception cref="TrainingException">Rows of one kind only, or a row that is not finite.</exception>
    internal static BoostedTrees Fit(LabelledRows labelled, BoostingOptions options, IProgress<double>? progress = null)
    {
        labelled.Check();
        double[] weights = labelled.Weights(options.BalanceGroups, options.EventWeight);
        Example[] examples = [.. labelled.Rows.Select((row, i) => new Example { Row = row, Event = labelled.IsEvent[i], Weight = (float)weights[i] })];
        var trees = new List<DecisionTree>();
        int begun = 0;
        for (int member = 0; member < options.Members; member++)
        {
            // A context keeps the draws of what was fitted in it before; each member has its own.
            var context = new MLContext(options.Seed + member);
            context.Log += (_, said) =>
            {
                if (said.RawMessage.StartsWith(TreeBegun, StringComparison.Ordinal))
                    progress?.Report((double)begun++ / (options.Trees * options.Members));
            };
            IEnumerable<Example> drawn = labelled.Draw(options.GroupFraction, options.Seed + member).Select(i => examples[i]);
            trees.AddRange(Member(context, drawn, labelled.Width, options, options.Seed + member));
        }

        progress?.Report(1);
        return new BoostedTrees(trees, labelled.NormalMedians());
    }

    static IEnumerable<DecisionTree> Member(MLContext context, IEnumerable<Example> examples, int width, BoostingOptions options, int seed)
    {
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Row)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        var trainer = context.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            FeatureColumnName = nameof(Example.Row),
            LabelColumnName = nameof(Example.Event),
            ExampleWeightColumnName = nameof(Example.Weight),
            NumberOfTrees = options.Trees,
            NumberOfLeaves = options.Leaves,
            MinimumExampleCountPerLeaf = options.RowsPerLeaf,
            LearningRate = options.LearningRate,
            FeatureFraction = options.FeatureFraction,
            BaggingSize = options.RowFraction < 1 ? 1 : 0,
            BaggingExampleFraction = options.RowFraction,
            MaximumTreeOutput = options.LeafMax,
            NumberOfThreads = 1,
            Seed = seed,
            FeatureSelectionSeed = seed,
        });
        var model = (FastTreeBinaryModelParameters)trainer.Fit(context.Data.LoadFromEnumerable(examples, schema)).Model.SubModel;
        // FastTree's own probability is 1 / (1 + exp(-2 · rate · sum)); what stands in the exponent are log odds.
        double toLogOdds = 2 * options.LearningRate / options.Members;
        RegressionTreeEnsemble ensemble = model.TrainedTreeEnsemble;
        if (ensemble.Bias != 0)
            throw new InvalidOperationException($"FastTree gave a bias of {ensemble.Bias}, which it never does for two classes.");
        return ensemble.Trees.Select((tree, i) => Tree(tree).Times(toLogOdds * ensemble.TreeWeights[i]));
    }

    static DecisionTree Tree(RegressionTree tree) => new(
        [.. tree.NumericalSplitFeatureIndexes],
        [.. tree.NumericalSplitThresholds.Select(threshold => (double)threshold)],
        [.. tree.LeftChild],
        [.. tree.RightChild],
        [.. tree.LeafValues]);

    // Microsoft.ML asks for a class with public members.
    sealed class Example
    {
        public float[] Row { get; set; } = [];
        public bool Event { get; set; }
        public float Weight { get; set; }
    }
}
