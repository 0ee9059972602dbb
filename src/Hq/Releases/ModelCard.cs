using System.Globalization;
using System.Text;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>What a person should know before trusting a release of T² and Q, in one page.</summary>
static class ModelCard
{
    internal static byte[] Write(TrainedRelease release)
    {
        var card = new StringBuilder();
        Recipe recipe = release.Recipe;
        var model = (TSquaredQ)release.Model;
        Head(card, release);
        Add(card, $"## What it says");
        Add(card, $"`score` = max(T² / {model.TSquaredLimit:G6}, Q / {model.QLimit:G6}); above 1 the vector is not like the normal period. T² sees known directions going too far, Q sees relations between features breaking. `contributions` is what would go away if that feature alone were as expected, as a share of all features' sum. `simple.onnx` is the largest deviation of one feature over {release.Deviation.Limit:G4} standard deviations.");
        Add(card, $"");
        Add(card, $"## Normal period");
        Add(card, $"{release.Normal.Rows.Count} vectors from {release.Normal.Times[0]} to {release.Normal.Times[^1]}. {model.Components} of {model.Eigenvalues.Length} components kept ({Explained(model):P1} of the variance). Limits: {(recipe.Model.Limit == LimitMethod.Empirical ? "quantile of the normal vectors themselves" : "F distribution and Jackson-Mudholkar")}, {recipe.Model.Quantile}, times a margin of {recipe.Model.Margin}.");
        Add(card, $"");
        Add(card, $"| feature | unit | normal mean | normal std |");
        Add(card, $"|---|---|---|---|");
        for (int j = 0; j < release.Columns.Count; j++)
            Add(card, $"| {release.Columns[j].Name} | {release.Columns[j].Unit} | {model.Scale.Mean[j]:G6} | {model.Scale.Std[j]:G4} |");
        Add(card, $"");
        Add(card, $"## What it does not know");
        string unseen = string.Join(", ", release.Unseen);
        if (unseen.Length > 0)
            Add(card, $"- {unseen} never moved in the normal period: the models do not see it. Watch it with validation or a rule.");
        Add(card, $"- Another way of running (recipe, load, season) than the normal period's looks like an anomaly; retrain with it or give it a model of its own.");
        Add(card, $"- A fault that was already there in the normal period counts as normal.");
        Add(card, $"- The score is a distance, not a probability, and the model has not seen a fault.");
        return Encoding.UTF8.GetBytes(card.ToString());
    }

    /// <summary>Name, date and data.</summary>
    internal static void Head(StringBuilder card, TrainedRelease release)
    {
        Recipe recipe = release.Recipe;
        Add(card, $"# {recipe.Name} {recipe.Version}");
        Add(card, $"");
        if (recipe.Description.Length > 0)
            Add(card, $"{recipe.Description}\n");
        Add(card, $"Dated {release.Created} {(recipe.Created is null ? "(its last vector)" : "(its recipe)")}. Made from {string.Join(", ", release.Data.Files.Take(5).Select(f => f.Name))}{(release.Data.Files.Count > 5 ? ", …" : "")}: {release.Data.Files.Sum(f => f.Rows)} rows, dataset {release.Data.Digest}.");
        if (recipe.Evaluate.HeldOut is { } heldOut)
            Add(card, $"Recordings that match {heldOut} are held out and not among these rows; the dataset's digest is of all that was read.");
        Add(card, $"{(recipe.Source.Csv is { Offset: null } ? "The files state no time zone; their times are taken as they stand." : "Times are in UTC.")}");
        Add(card, $"{release.Data.LeftOut} vectors had gaps and were left out.");
        Add(card, $"");
    }

    static double Explained(TSquaredQ model) => TSquaredQ.Sum(model.Eigenvalues[..model.Components]) / TSquaredQ.Sum(model.Eigenvalues);

    internal static void Add(StringBuilder card, FormattableString line) => card.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
