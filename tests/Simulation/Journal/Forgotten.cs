using EdgeRuntime.Tests.Kit.Disks;
using Xunit;

[assembly: AssemblyFixture(typeof(NoForgottenParquet))]
