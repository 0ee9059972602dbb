using System.Net;
using System.Net.Sockets;

namespace EdgeRuntime.Service.Box;

/// <summary>Whether a port can be listened on, found by listening, so that a start refuses before it has taken or stored anything.</summary>
static class PortProbe
{
    /// <param name="port">0 is always free: the system chooses one.</param>
    public static bool IsTaken(string address, int port)
    {
        if (port == 0)
            return false;
        try
        {
            using var listener = new TcpListener(address == "localhost" ? IPAddress.Loopback : IPAddress.Parse(address), port);
            listener.Start();
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
        catch (SocketException)
        {
            // Another reason: whoever listens in earnest says it in full.
            return false;
        }
    }
}
