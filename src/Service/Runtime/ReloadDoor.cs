using EdgeRuntime.Settings;

namespace EdgeRuntime.Service.Runtime;

/// <summary>What <c>POST /api/v1/reload</c> is asked.</summary>
/// <param name="Who">The person who wants it, as the verb knows them.</param>
sealed record ReloadRequest(string Who, string Why);

/// <summary>What it answers when it refuses.</summary>
/// <param name="Violations">Everything that is wrong, one sentence each; nothing has changed.</param>
sealed record ReloadRefusal(IReadOnlyList<string> Violations);

/// <summary>
/// <c>POST /api/v1/reload</c>: the one request that changes something, until people have roles. Only for this machine: it takes JSON alone, which a page from
/// elsewhere cannot send without asking first, and only under a name of this machine, which a page from elsewhere does not have.
/// </summary>
static class ReloadDoor
{
    const int WhoMax = 200;
    const int WhyMax = 1000;

    public static void MapReload(this WebApplication app, RuntimeSession session) =>
        app.MapPost("/api/v1/reload", async (ReloadRequest request, HttpContext context) =>
        {
            if (context.Request.Host.Host is not ("127.0.0.1" or "localhost" or "[::1]"))
                return Refuse(StatusCodes.Status403Forbidden, "A reload is taken from this machine only.");
            if (request is not { Who.Length: > 0 and <= WhoMax, Why.Length: <= WhyMax })
                return Refuse(StatusCodes.Status400BadRequest, FormattableString.Invariant($"who must have from 1 to {WhoMax} characters, and why at most {WhyMax}."));
            try
            {
                return Results.Json(await session.ReloadAsync(request.Who, request.Why).ConfigureAwait(false));
            }
            catch (SettingsException e)
            {
                return Refuse(StatusCodes.Status422UnprocessableEntity, [.. e.Violations.Select(v => v.ToString())]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Refuse(StatusCodes.Status503ServiceUnavailable, e.Message);
            }
        });

    static IResult Refuse(int status, params string[] sentences) => Results.Json(new ReloadRefusal(sentences), statusCode: status);
}
