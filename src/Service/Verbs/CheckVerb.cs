using System.CommandLine;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Gateway;
using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Schema;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime check</c>: everything that a start would refuse, all at once, without starting.</summary>
static class CheckVerb
{
    public static Command Command()
    {
        Option<string> settings = VerbOptions.Settings();
        Option<bool> json = VerbOptions.Json();
        var path = new Argument<string?>("path") { Description = "A serving.yaml or a release folder, to be looked at alone; without it settings, site and releases are.", Arity = ArgumentArity.ZeroOrOne };
        var trust = new Option<string?>("--trust") { Description = "With a path: the trust root to hold its signatures against." };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of serving.yaml." };
        var command = new Command("check", "Read settings, site documents and releases as a start would, and say everything that is wrong. Examples: edgeruntime check --settings appsettings.json; edgeruntime check registry/pump-1.2.0") { path, trust, schema, settings, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            if (parsed.GetValue(schema))
            {
                Console.Out.Write(ServingSchema.Json());
                return Task.FromResult(Exit.Ok);
            }

            List<string> wrong = [];
            List<string> notes = [];
            if (parsed.GetValue(path) is { } one)
                ReleaseAlone.Check(one, parsed.GetValue(trust), wrong, notes);
            else
                Check(parsed.GetValue(settings)!, wrong, notes);
            if (parsed.GetValue(json))
            {
                VerbOutput.SayJson(new { Ok = wrong.Count == 0, Wrong = wrong, Notes = notes });
            }
            else
            {
                foreach (string sentence in wrong)
                    VerbOutput.Say(sentence);
                foreach (string sentence in notes)
                    VerbOutput.Say(sentence);
                if (wrong.Count == 0)
                    VerbOutput.Say("Nothing is wrong.");
            }

            return Task.FromResult(wrong.Count == 0 ? Exit.Ok : Exit.Refused);
        }));
        return command;
    }

    static void Check(string settings, List<string> wrong, List<string> notes)
    {
        BoxSettings? box = Try(() => BoxSettings.Load(settings), wrong);
        if (box is null)
            return;
        notes.Add(box.Policy(null).Sentence);
        if (FolderProbe.WhyNot(box.Data) is { } why)
            wrong.Add($"data: {box.Data} cannot be written: {why}");
        CheckPort(box.HttpAddress, box.HttpPort, "http.port", wrong);
        if (box.BrokerEnabled)
            CheckPort(box.BrokerAddress, box.BrokerPort, "broker.port", wrong);
        SiteDocuments? site = Try(() => SiteDocuments.Load(box.Site), wrong);
        if (site is null)
            return;
        var arms = new ArmLoader(preferred =>
        {
            AcceleratorChoice choice = AcceleratorLadder.Choose(preferred, box.NativeLibrary);
            notes.AddRange(choice.Reasons);
            return choice.Provider;
        }, TimeProvider.System);
        foreach (AssetDefinition asset in site.Site.Assets)
        {
            foreach (string folder in asset.Shadows.Prepend(asset.Release).Where(f => f.Length > 0))
                CheckRelease(box, site, asset, folder, folder == asset.Release ? ArmRole.Primary : ArmRole.Shadow, arms, wrong, notes);
            if (asset.Release.Length == 0)
                notes.Add($"{asset.Id} has no release: its rules answer, then \"low confidence\".");
        }
    }

    static void CheckRelease(BoxSettings box, SiteDocuments site, AssetDefinition asset, string folder, ArmRole role, ArmLoader arms, List<string> wrong, List<string> notes)
    {
        try
        {
            ServingPlan plan = ReleaseCheck.Open(Path.Combine(box.RegistryFolder, folder), box.Policy(new EventTime(IngestTime.Now(TimeProvider.System).UnixNanoseconds)), role, site.Pipelines[asset.Pipeline].Definition, arms, out string environment);
            notes.Add($"{asset.Id}: {plan.Title} ({plan.Serving.Short}) loads and repeats its golden run on {environment}.");
            if (plan.Signed)
                notes.Add($"{asset.Id}: {plan.Title} is approved by {string.Join(", ", plan.Approvers)}.");
            else
                notes.Add($"{asset.Id}: {plan.Title} is not signed; it would run because this site allows unsigned releases (registry.allowUnsigned).");
            if (asset.Rules.Length == 0 && plan.Manifest.Postprocessing.RulesFile is { Length: > 0 } file)
            {
                string[] features = [.. site.Pipelines[asset.Pipeline].Definition.Columns.Select(c => c.Name)];
                string path = Path.Combine(box.RegistryFolder, folder, file);
                wrong.AddRange(RulesDefinition.Check(SettingsDocument.Parse(path, plan.Files[file].ToArray()), features).Select(v => $"{asset.Id}: {v}"));
            }
        }
        catch (Exception e) when (e is ReleaseRefusedException or ArmRefusedException or PlanBrokenException or SettingsException)
        {
            wrong.Add($"{asset.Id}: the release in {folder} is refused: {e.Message}");
        }
    }

    static T? Try<T>(Func<T> load, List<string> wrong)
        where T : class
    {
        try
        {
            return load();
        }
        catch (SettingsException e)
        {
            wrong.AddRange(e.Violations.Select(v => v.ToString()));
            return null;
        }
    }

    static void CheckPort(string address, int port, string key, List<string> wrong)
    {
        if (PortProbe.IsTaken(address, port))
            wrong.Add($"{key}: port {port} on {address} is in use; choose another, or stop the program that has it (it may be this service, running).");
    }
}
