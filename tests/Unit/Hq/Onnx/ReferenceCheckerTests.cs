using EdgeRuntime.Hq.Training;
using EdgeRuntime.Tests.Unit.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Onnx;

/// <summary>The reference checker and strict shape inference of ONNX itself take every model that we write.</summary>
public sealed class ReferenceCheckerTests
{
    public static TheoryData<string> Models()
    {
        TheoryData<string> models = ["t2q", "largest deviation"];
        foreach (string kind in (string[])["boosting", "logistic"])
        {
            foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
                models.Add($"{kind} {method}");
        }

        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
            models.Add($"alone {method}");
        return models;
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void It_takes(string name)
    {
        Assert.SkipWhen(SystemPython.LacksOnnx, SystemPython.NoOnnx);
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.onnx");
        ITrainedModel model = Model(name);
        try
        {
            File.WriteAllBytes(file, model.Write("1.0.0", [new("k", "v")]));
            // Inference must reach every output with the shape that the model declares, from its input alone.
            (int rc, string said) = SystemPython.Run(
                """
                import onnx, sys
                m = onnx.load(sys.argv[1])
                onnx.checker.check_model(m, full_check=True)
                inferred = onnx.shape_inference.infer_shapes(m, check_type=True, strict_mode=True, data_prop=True)
                onnx.checker.check_model(inferred, full_check=True)
                shapes = [(o.name, o.type.tensor_type.elem_type, [d.dim_value or d.dim_param for d in o.type.tensor_type.shape.dim]) for o in inferred.graph.output]
                expected = [(n, 1, ["batch", int(w)]) for n, w in (a.split("=") for a in sys.argv[2:])]
                assert shapes == expected, (shapes, expected)
                """,
                [file, .. model.Outputs.Select(o => $"{o.Name}={o.Width}")]);
            Assert.True(rc == 0, said);
        }
        finally
        {
            File.Delete(file);
        }
    }

    static ITrainedModel Model(string name)
    {
        float[][] rows = TinyPlant.Rows(seed: 1, rows: 60, width: 4);
        return name switch
        {
            "t2q" => TSquaredQFit.Fit(rows, new(0.9, LimitMethod.Empirical, 0.99, 4)),
            "largest deviation" => LargestDeviation.Fit(rows, 0.99, 4),
            _ when name.StartsWith("alone ", StringComparison.Ordinal) => CalibratedClassifierTests.Alone(CalibratedClassifierTests.Fitted("logistic", Enum.Parse<CalibrationMethod>(name.Split(' ')[1]), 12).Model),
            _ => CalibratedClassifierTests.Fitted(name.Split(' ')[0], Enum.Parse<CalibrationMethod>(name.Split(' ')[1]), 12).Model,
        };
    }
}
