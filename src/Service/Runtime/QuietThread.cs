using System.Runtime.InteropServices;

namespace EdgeRuntime.Service.Runtime;

/// <summary>Runs work that nobody waits for on a thread of its own, below everything that decides.</summary>
static partial class QuietThread
{
    /// <summary>Of 19: gives way to live work, and still gets on when there is little of it.</summary>
    const int Niceness = 10;

    const int PriorityOfProcess = 0;

    /// <summary>Completes as the work does, with its exception if it has one.</summary>
    public static Task<T> Run<T>(string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                // .NET's thread priorities do nothing on Linux; there a thread has a niceness of its own. A refusal only means no help.
                if (OperatingSystem.IsLinux())
                    _ = SetPriority(PriorityOfProcess, 0, Niceness);
                done.SetResult(work());
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        {
            Name = name,
            IsBackground = true,
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
        return done.Task;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);
}
