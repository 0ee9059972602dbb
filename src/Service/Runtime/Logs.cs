using System.Globalization;
using EdgeRuntime.Service.Box;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace EdgeRuntime.Service.Runtime;

/// <summary>Where the log goes: standard error (standard output is for answers) and rolling files.</summary>
static class Logs
{
    const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";
    const long FileBytesMax = 32 << 20;

    /// <param name="quiet">True: only warnings and worse reach the console.</param>
    public static ILoggerFactory Open(BoxSettings box, bool quiet)
    {
        LogEventLevel level = box.LogLevel switch
        {
            LogLevel.Debug => LogEventLevel.Debug,
            LogLevel.Warning => LogEventLevel.Warning,
            LogLevel.Error => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        };
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // A start that fails is told once, in a sentence, by the verb.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .WriteTo.Console(
                restrictedToMinimumLevel: quiet ? LogEventLevel.Error : LogEventLevel.Verbose,
                outputTemplate: Template,
                formatProvider: CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose)
            .WriteTo.File(
                Path.Combine(box.LogFolder, "edgeruntime-.log"),
                outputTemplate: Template,
                formatProvider: CultureInfo.InvariantCulture,
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: FileBytesMax,
                rollOnFileSizeLimit: true,
                retainedFileTimeLimit: TimeSpan.FromDays(box.LogKeepDays),
                retainedFileCountLimit: null)
            .CreateLogger();
        return new SerilogLoggerFactory(Log.Logger);
    }
}
