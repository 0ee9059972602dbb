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
return await root.Parse(args).InvokeAsync();
