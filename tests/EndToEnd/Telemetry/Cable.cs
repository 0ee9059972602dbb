using System.Net;
using System.Net.Sockets;

namespace EdgeRuntime.Tests.EndToEnd.Telemetry;

/// <summary>The line between a client and a broker, which can be cut: bytes on the way are lost and nobody says goodbye.</summary>
sealed class Cable : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly int _to;
    readonly List<Socket> _ends = [];
    readonly CancellationTokenSource _stop = new();
    readonly Task _accepting;

    internal Cable(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal void Cut()
    {
        lock (_ends)
        {
            foreach (Socket end in _ends)
                end.Dispose();
            _ends.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
    }

    async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket near = await _listener.AcceptSocketAsync(_stop.Token);
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (_ends)
                    _ends.AddRange([near, far]);
                await far.ConnectAsync(IPAddress.Loopback, _to, _stop.Token);
                _ = CarryAsync(near, far);
                _ = CarryAsync(far, near);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The other side is away, or the test is over: whoever called sees a closed line.
                Cut();
            }
        }
    }

    static async Task CarryAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
                await to.SendAsync(buffer.AsMemory(0, read));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }

        from.Dispose();
        to.Dispose();
    }
}
