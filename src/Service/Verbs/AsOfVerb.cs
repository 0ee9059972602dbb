using System.CommandLine;
using System.Globalization;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback;
using EdgeRuntime.Features;
using EdgeRuntime.Hmi.Api;
using EdgeRuntime.Replay;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime asof TIME</c>: an asset at any instant of the past, as it was known then or as it is known now.</summary>
static class AsOfVerb
{
    public static Command Command()
    {
        var time = new Argument<string>("time") { Description = "The moment: 2026-03-15T14:47:00 (local time of the zone), with a Z (UTC) or with its offset." };
        var asset = new Option<string>("--asset") { Description = "Id of the asset.", Required = true };
        var knownThen = new Option<bool>("--known-then") { Description = "By what the box had learned by then: what its models saw. This is the default." };
        var trueThen = new Option<bool>("--true-then") { Description = "By everything about then that the box has learned since." };
        var explain = new Option<bool>("--explain") { Description = "Also where each sample lies in the journal, and the versions of the steps." };
        Option<string?> zone = Moment.ZoneOption();
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("asof", "An asset at any instant of the past: samples, features, every model's answer, the decision, and whether it comes out the same again. Example: edgeruntime asof 2026-03-15T14:47:00 --asset P-101 --zone Europe/Berlin")
        {
            time, asset, knownThen, trueThen, explain, zone, settings, data, json,
        };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            if (parsed.GetValue(knownThen) && parsed.GetValue(trueThen))
                throw new VerbRefusedException("Say --known-then or --true-then, not both.");
            Moment moment = Moment.Parse(parsed.GetValue(time)!, Moment.Zone(parsed.GetValue(zone)));
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            PointInTime then = Ask(folder, parsed.GetValue(asset)!, moment, parsed.GetValue(trueThen) ? Knowledge.TrueThen : Knowledge.KnownThen);
            if (parsed.GetValue(json))
                VerbOutput.SayJson(AsOfReply.Of(then));
            else
                Tell(then, moment, parsed.GetValue(explain));
            return Task.FromResult(then.Again.Different == 0 ? Exit.Ok : Exit.Found);
        }));
        return command;
    }

    static PointInTime Ask(DataFolder folder, string asset, Moment moment, Knowledge knowledge)
    {
        try
        {
            return PointInTime.Of(asset, moment.Time, knowledge, folder.Past)
                ?? throw new VerbRefusedException($"Nothing was decided about {asset} by {moment.Reading} in {folder.Path}. Look at what there is with: edgeruntime status --data {folder.Path}");
        }
        catch (PlanBrokenException e)
        {
            throw new VerbRefusedException(e.Message);
        }
    }

    static void Tell(PointInTime then, Moment moment, bool explain)
    {
        Decision decision = then.Decision.Decision;
        VerbOutput.Say($"{then.Asset} at {moment.Reading}, {WordOf(then.Knowledge)}: {then.KnownAtWhy} (journal up to frame {then.KnownAt.Frame}).");
        foreach (SignalThen signal in then.Signals)
            VerbOutput.Say($"  sample    {Line(signal, explain)}");
        VerbOutput.Say($"  features of {then.Vector.At}");
        for (int i = 0; i < then.Columns.Count; i++)
            VerbOutput.Say($"  feature   {Named(then, i)}");
        foreach (ModelAnswer answer in then.Answers)
        {
            string outputs = string.Join(", ", answer.Outputs.Select(o => o.ToString("R", CultureInfo.InvariantCulture)));
            VerbOutput.Say($"  model     {FloorWords.Of(answer.Role)} ({answer.Serving.Short}{(answer.Recorded ? "" : ", asked again about these features")}): {answer.Said} {outputs}".TrimEnd());
        }

        VerbOutput.Say(string.Create(CultureInfo.InvariantCulture,
            $"  decision  {decision.PredictionId} about {decision.At}: {decision.State}, score {decision.Score:0.###}, rung {Words.Of(decision.Rung)}, confidence {decision.Confidence:0.##}"));
        if (explain)
        {
            foreach (PipelineStage stage in then.Stages)
                VerbOutput.Say($"  step      {stage.Name} {stage.Version}");
            VerbOutput.Say($"  step      pipeline {decision.Pipeline}, release {decision.Serving}, model {decision.Model}, recorded at position {then.Decision.Position}");
        }

        VerbOutput.Say($"  computed again: {then.Outcome}");
    }

    static string Line(SignalThen signal, bool explain)
    {
        if (signal.Found is not { } found)
            return $"{signal.Tag}: none";
        Sample sample = found.Sample;
        string line = $"{signal.Tag} = {sample.Value} {signal.Unit}".TrimEnd() + $" at {sample.Event} ({sample.Quality})";
        return explain ? $"{line}, batch {found.Position.Frame} sample {found.Position.Index}, learned at {sample.Ingest}" : line;
    }

    static string Named(PointInTime then, int column)
    {
        FeatureColumn named = then.Columns[column];
        FeatureGap? gap = then.Vector.Gaps.Where(g => g.Index == column).Cast<FeatureGap?>().FirstOrDefault();
        return gap is { } missing
            ? $"{named.Name}: {Words.Of(missing.Fault)}"
            : string.Create(CultureInfo.InvariantCulture, $"{named.Name} = {then.Vector.Values[column]:R} {named.Unit}").TrimEnd();
    }

    static string WordOf(Knowledge knowledge) => knowledge == Knowledge.KnownThen ? "as it was known then" : "as it is known now";
}
