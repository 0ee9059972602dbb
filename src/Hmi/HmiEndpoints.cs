using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Hmi.Api;
using EdgeRuntime.Hmi.Floor;
using EdgeRuntime.Hmi.Live;
using EdgeRuntime.Hmi.Pages;
using EdgeRuntime.Replay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace EdgeRuntime.Hmi;

/// <summary>The door for the web server: pages, the API under them, and their files.</summary>
public static class HmiEndpoints
{
    const string ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>
    /// Maps <c>/</c>, <c>/assets/{id}</c>, <c>/findings</c>, <c>/hmi/{file}</c> and <c>/api/v1/…</c>. Needs nothing else in the pipeline: no
    /// static files, no antiforgery, no websockets.
    /// </summary>
    public static IEndpointRouteBuilder MapHmi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder pages = endpoints.MapGroup("").AddEndpointFilter(WithHeaders);
        pages.MapGet("/", () => new RazorComponentResult<OverviewPage>());
        pages.MapGet("/findings", () => new RazorComponentResult<FindingsPage>());
        pages.MapGet("/assets/{id}", AssetPageOf);
        pages.MapGet("/hmi/{file}", (string file, PanelFiles files) => files.Serve(file));

        RouteGroupBuilder api = pages.MapGroup("/api/v1");
        api.MapGet("/status", (FloorView floor, HmiOptions options) => Reply(StatusReply.Of(floor.Look(), options)));
        api.MapGet("/gaps", GapsOf);
        api.MapGet("/assets", AssetsOf);
        api.MapGet("/assets/{id}", AssetOf);
        api.MapGet("/assets/{id}/trend", TrendOf);
        api.MapGet("/assets/{id}/asof", AsOfOf);
        api.MapGet("/stream", StreamOf);
        return endpoints;
    }

    static async ValueTask<object?> WithHeaders(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        IHeaderDictionary headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        // Files carry a tag and are asked for again; everything else is of this moment.
        headers.CacheControl = context.HttpContext.Request.Path.StartsWithSegments("/hmi") ? "no-cache" : "no-store";
        return await next(context);
    }

    static IResult AssetPageOf(string id, HmiOptions options) => options.Assets.Any(a => a.Id == id)
        ? new RazorComponentResult<AssetPage>(new { AssetId = id })
        : new RazorComponentResult<NotFoundPage>(new { Sentence = NoSuchAsset(id) }) { StatusCode = StatusCodes.Status404NotFound };

    static IResult GapsOf(string? asset, string? tag, string? since, HmiOptions options)
    {
        if (options.Gaps?.Invoke() is not { } report)
            return Wrong(StatusCodes.Status404NotFound, "Nobody keeps a ledger of gaps here.");
        EventTime? from = null;
        if (since is not null)
        {
            if (!TrendQuery.TryTime(since, out long? nanoseconds))
                return Wrong(StatusCodes.Status400BadRequest, TrendQuery.NotATime("since", since));
            from = new EventTime(nanoseconds!.Value);
        }

        HashSet<string>? tags = null;
        if (asset is not null)
        {
            if (options.Assets.FirstOrDefault(a => a.Id == asset) is not { } watched)
                return Wrong(StatusCodes.Status404NotFound, NoSuchAsset(asset));
            tags = [.. watched.Signals.Select(s => s.Tag)];
        }

        if (tag is not null)
            tags = tags is null || tags.Contains(tag) ? [tag] : [];
        return Reply(GapsReply.Of(report, tags, from));
    }

    static JsonHttpResult<AssetReply[]> AssetsOf(FloorView floor)
    {
        FloorSnapshot now = floor.Look();
        return Reply(now.Assets.Select(a => AssetReply.Of(a, now.Now)).ToArray());
    }

    static IResult AssetOf(string id, FloorView floor)
    {
        FloorSnapshot now = floor.Look();
        return now.Assets.FirstOrDefault(a => a.Asset.Id == id) is { } asset
            ? Reply(AssetReply.Of(asset, now.Now))
            : Wrong(StatusCodes.Status404NotFound, NoSuchAsset(id));
    }

    static IResult TrendOf(string id, string? from, string? to, string? columns, FloorView floor)
    {
        (TrendQuery? query, string? wrong) = TrendQuery.Parse(from, to, columns);
        if (query is null)
            return Wrong(StatusCodes.Status400BadRequest, wrong!);
        if (!floor.TryRead(id, a => a.Edge?.UnixNanoseconds ?? 0, out long edge))
            return Wrong(StatusCodes.Status404NotFound, NoSuchAsset(id));
        (long start, long end, string? wrongWindow) = query.Window(edge);
        if (wrongWindow is not null)
            return Wrong(StatusCodes.Status400BadRequest, wrongWindow);
        floor.TryRead(id, a => Trend.Of(a, start, end, query.Columns), out Trend? trend);
        return Reply(trend);
    }

    static IResult AsOfOf(string id, string? at, string? knowledge, HmiOptions options)
    {
        if (options.AsOf is null || !options.Assets.Any(a => a.Id == id))
            return Wrong(StatusCodes.Status404NotFound, NoSuchAsset(id));
        if (at is null || !TrendQuery.TryTime(at, out long? nanoseconds))
            return Wrong(StatusCodes.Status400BadRequest, TrendQuery.NotATime("at", at));
        if (knowledge is not (null or "known-then" or "true-then"))
            return Wrong(StatusCodes.Status400BadRequest, $"knowledge is '{knowledge}'; it must be known-then or true-then.");
        try
        {
            PointInTime? then = options.AsOf(id, new EventTime(nanoseconds!.Value), knowledge == "true-then" ? Knowledge.TrueThen : Knowledge.KnownThen);
            return then is null
                ? Wrong(StatusCodes.Status404NotFound, $"Nothing was decided about {id} by {new EventTime(nanoseconds.Value)}.")
                : Reply(AsOfReply.Of(then));
        }
        catch (PlanBrokenException e)
        {
            return Wrong(StatusCodes.Status409Conflict, e.Message);
        }
    }

    static IResult StreamOf(string? asset, HmiOptions options, LiveFeed feed, CancellationToken gone)
    {
        if (asset is not null && !options.Assets.Any(a => a.Id == asset))
            return Wrong(StatusCodes.Status404NotFound, NoSuchAsset(asset));
        return TypedResults.ServerSentEvents(feed.WatchAsync(asset ?? "", gone));
    }

    static JsonHttpResult<T> Reply<T>(T reply) => TypedResults.Json(reply, ApiJson.Options);

    static JsonHttpResult<ErrorReply> Wrong(int status, string sentence) => TypedResults.Json(new ErrorReply(sentence), ApiJson.Options, statusCode: status);

    static string NoSuchAsset(string id) => $"There is no asset '{id}' on this box. The overview lists the assets that it watches.";
}
