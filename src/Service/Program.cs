using System.CommandLine;
using EdgeRuntime.Service.Verbs;

var root = new RootCommand("EdgeRuntime: machine learning that runs on the factory floor, offline. Try: edgeruntime demo")
{
    DemoVerb.Command(),
    RunVerb.Command(),
    CheckVerb.Command(),
    StatusVerb.Command(),
    VerifyVerb.Command(),
    AsOfVerb.Command(),
    ReplayVerb.Command(),
    ExplainVerb.Command(),
    EvidenceVerb.Command(),
    AuditVerb.Command(),
    GapsVerb.Command(),
    ExportVerb.Command(),
    ReloadVerb.Command(),
    BackfillVerb.Command(),
    ContractVerb.Command(),
    RepairVerb.Command(),
    BackupVerb.Command(),
    RestoreVerb.Command(),
};
// A clean stop takes what it takes: sources say goodbye, the engine takes what is stored, the journal gets its end mark. systemd waits 30 s.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) };
ParseResult parsed = root.Parse(args);
int exit = await parsed.InvokeAsync(invocation);
return parsed.Errors.Count > 0 ? Exit.Refused : exit;
