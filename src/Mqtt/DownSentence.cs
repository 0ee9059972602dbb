using System.Net.Sockets;
using System.Security.Authentication;
using MQTTnet;

namespace EdgeRuntime.Mqtt;

/// <summary>Why a broker is not there, in words for the person at the panel: what, where, what to do.</summary>
static class DownSentence
{
    internal static string Of(MqttSessionOptions options, Exception e)
    {
        string broker = $"The MQTT broker {options.Address}";
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case MqttDownException:
                    return cause.Message;
                case AuthenticationException:
                    return $"{broker} showed a certificate that is not trusted ({cause.Message}); check tls.ca, the broker's name and the clock.";
                case SocketException socket:
                    return $"{broker} {Of(socket)}";
                case TimeoutException or OperationCanceledException or MQTTnet.Exceptions.MqttCommunicationTimedOutException:
                    return $"{broker} did not answer within {options.Timeout.TotalSeconds:0} s; check address, firewall and whether it speaks {Speech(options)}.";
                default:
                    break;
            }
        }

        return $"{broker} closed the connection before it was made ({e.GetBaseException().Message}); check that it speaks {Speech(options)}.";
    }

    internal static string Of(MqttSessionOptions options, MqttClientConnectResult refused)
    {
        string broker = $"The MQTT broker {options.Address}";
        return refused.ResultCode switch
        {
            MqttClientConnectResultCode.BadUserNameOrPassword => $"{broker} refused user '{options.User}': wrong user or password.",
            MqttClientConnectResultCode.NotAuthorized => $"{broker} refused user '{options.User}': not authorised; check user, passwordFile and the broker's access list.",
            MqttClientConnectResultCode.ClientIdentifierNotValid => $"{broker} refused the client id '{options.ClientId}'; choose another clientId.",
            MqttClientConnectResultCode.UnsupportedProtocolVersion => $"{broker} does not speak {Speech(options)}; set protocol to the other version.",
            MqttClientConnectResultCode.ServerUnavailable or MqttClientConnectResultCode.ServerBusy => $"{broker} says that it is not available now; it is asked again.",
            MqttClientConnectResultCode.Banned => $"{broker} has banned the client id '{options.ClientId}'; ask whoever runs the broker.",
            _ => $"{broker} refused the connection: {refused.ResultCode} {refused.ReasonString}".TrimEnd() + ".",
        };
    }

    internal static string Of(MqttSessionOptions options, MqttClientDisconnectedEventArgs lost) => lost.Reason switch
    {
        MqttClientDisconnectReason.SessionTakenOver =>
            $"The MQTT broker {options.Address} gave our session to another client with the id '{options.ClientId}'; give each client its own clientId.",
        MqttClientDisconnectReason.ServerShuttingDown => $"The MQTT broker {options.Address} is shutting down.",
        MqttClientDisconnectReason.NotAuthorized => $"The MQTT broker {options.Address} ended the connection: not authorised; check the broker's access list.",
        MqttClientDisconnectReason.NormalDisconnection or MqttClientDisconnectReason.UnspecifiedError =>
            $"The connection to the MQTT broker {options.Address} was lost.",
        _ => $"The connection to the MQTT broker {options.Address} was lost: {lost.Reason} {lost.ReasonString}".TrimEnd() + ".",
    };

    static string Of(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "refused the connection: nothing listens there; check that it runs and the port.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "is not known by that name; check host or the name server.",
        SocketError.TimedOut => "did not answer; check address and firewall.",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "cannot be reached from here; check cable, address and route.",
        _ => $"cannot be reached: {e.Message}.",
    };

    static string Speech(MqttSessionOptions options) =>
        (options.Protocol == MqttProtocol.V5 ? "MQTT 5" : "MQTT 3.1.1") + (options.Tls is null ? " without TLS" : " with TLS");
}
