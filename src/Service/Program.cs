using System.CommandLine;
using EdgeRuntime.Service.Verbs;

var root = new RootCommand("EdgeRuntime: machine learning that runs on the factory floor, offline. Try: edgeruntime demo")
{
    DemoVerb.Command(),
    RunVerb.Command(),
    CheckVerb.Command(),
    StatusVerb.Command(),
    VerifyVerb.Command(),
    ReplayVerb.Command(),
    ExplainVerb.Command(),
};
// A stop is clean when what is stored is decided and the journal has its end mark. Unless told, the command line gives up on it after 2 s; systemd does after 30 s.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) });
