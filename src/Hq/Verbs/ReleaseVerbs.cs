using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Keys;
using EdgeRuntime.Hq.Packing;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Verbs;

/// <summary><c>edgehq pack</c>, <c>sign</c>, <c>verify</c>: a folder becomes a release, a release is approved, and it is said what a box would think of it.</summary>
static class ReleaseVerbs
{
    static readonly Argument<string> Folder = new("folder") { Description = "Folder of the release, with its serving.yaml." };
    static readonly Option<bool> AsJson = new("--json") { Description = "Print one JSON object." };

    internal static Command CreatePack()
    {
        var output = new Option<string?>("--output") { Description = "Folder for the release; the folder itself unless given.", HelpName = "DIR" };
        return Verb("pack", "Makes a release of a folder: writes digests and sizes into serving.yaml, checks everything as a box would, repeats the golden run, and writes the OCI manifest.\n\nExample:\n  edgehq pack bearing --output releases/bearing-1.3.0", (parsed, json) =>
        {
            Packed packed = Pack.Of(parsed.GetValue(Folder)!, parsed.GetValue(output));
            return json
                ? JsonSerializer.Serialize(new { release = packed.Title, serving = packed.Serving.ToString(), manifest = packed.Manifest.ToString(), files = packed.Files, bytes = packed.Bytes, errors = Array.Empty<string>() })
                : string.Create(CultureInfo.InvariantCulture, $"{packed.Title}: {packed.Files} files, {packed.Bytes} bytes, serving.yaml {packed.Serving}, manifest {packed.Manifest}. Its golden run was repeated on {packed.Environment}.");
        }, output);
    }

    internal static Command CreateSign()
    {
        var key = new Option<string>("--key") { Description = "The private key, a PEM file.", HelpName = "FILE", Required = true };
        var password = new Option<string?>("--password-file") { Description = $"A file whose first line is the key's password; else {Passwords.Variable} of the environment.", HelpName = "FILE" };
        return Verb("sign", "Approves a release: writes a sigstore bundle beside its serving.yaml. What is wrong with the release is said first, and it is not signed then.\n\nExample:\n  edgehq sign releases/bearing-1.3.0 --key keys/release.pem --password-file password.txt", (parsed, json) =>
        {
            string folder = parsed.GetValue(Folder)!;
            if (ReleaseExamination.Of(folder) is { Count: > 0 } violations)
                throw new SettingsException(violations);
            using ECDsa opened = KeyFile.Open(parsed.GetValue(key)!, Passwords.From(parsed.GetValue(password)));
            string? bundle = ReleaseSigning.Approve(folder, opened);
            string id = SigningKey.IdOf(opened.ExportSubjectPublicKeyInfo());
            if (json)
                return JsonSerializer.Serialize(new { folder, bundle, keyid = id, errors = Array.Empty<string>() });
            return bundle is null ? $"The key {id} has approved {folder} already; nothing was written." : $"{folder} is approved by the key {id}: {bundle}.";
        }, key, password);
    }

    internal static Command CreateVerify()
    {
        var trust = new Option<string>("--trust") { Description = "The trust root that boxes pin.", HelpName = "FILE", Required = true };
        return Verb("verify", "Says what a box with this trust root would think of a release's signatures, bundle by bundle.\n\nExample:\n  edgehq verify releases/bearing-1.3.0 --trust trust.json", (parsed, json) =>
        {
            var now = new EventTime(IngestTime.Now(TimeProvider.System).UnixNanoseconds);
            ServingPlan plan = ReleaseFolder.Open(parsed.GetValue(Folder)!, new ReleasePolicy { Root = TrustRoot.Load(parsed.GetValue(trust)!), AllowUnsigned = false, Now = now });
            return json
                ? JsonSerializer.Serialize(new { release = plan.Title, serving = plan.Serving.ToString(), approvers = plan.Approvers, trace = plan.SignatureTrace, errors = Array.Empty<string>() })
                : string.Join('\n', plan.SignatureTrace.Append($"{plan.Title} would be taken: approved by {string.Join(", ", plan.Approvers)}."));
        }, trust);
    }

    static Command Verb(string name, string says, Func<ParseResult, bool, string> run, params Option[] options)
    {
        var verb = new Command(name, says) { Folder, AsJson };
        foreach (Option option in options)
            verb.Options.Add(option);
        verb.SetAction(parsed =>
        {
            bool json = parsed.GetValue(AsJson);
            return VerbEnd.Of(parsed, json, () => run(parsed, json) + Environment.NewLine);
        });
        return verb;
    }
}
