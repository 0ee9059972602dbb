using EdgeRuntime.Hmi.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Hmi;

/// <summary>The door for the composition.</summary>
public static class HmiRegistration
{
    /// <summary>
    /// Adds the view and its feed. The caller provides <see cref="Journal.IJournal"/>; <see cref="TimeProvider"/> is the system's unless given.
    /// The options are read when the container is built, once; <see cref="FloorView.Show"/> changes them later.
    /// </summary>
    public static IServiceCollection AddHmi(this IServiceCollection services, Func<IServiceProvider, HmiOptions> options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => new FloorView(options(s), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<FloorView>>()));
        // Another site may be shown later: whoever asks gets what is shown now.
        services.AddTransient(s => s.GetRequiredService<FloorView>().Options);
        services.AddSingleton<PanelFiles>();
        services.AddSingleton<LiveFeed>();
        services.AddHostedService<FloorFeed>();
        services.AddHostedService(s => s.GetRequiredService<LiveFeed>());
        services.AddRazorComponents();
        return services;
    }

    /// <summary>The same with options that are known already.</summary>
    public static IServiceCollection AddHmi(this IServiceCollection services, HmiOptions options) => services.AddHmi(_ => options);
}
