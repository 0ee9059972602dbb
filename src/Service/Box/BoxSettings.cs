using System.Globalization;
using System.Net;
using System.Xml;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Service.Box;

/// <summary>appsettings.json: the box. Paths in it are relative to the file. Every key is shown by example in the file at the root and explained in docs/operating/settings.md.</summary>
sealed record BoxSettings
{
    /// <summary>What disks write at once.</summary>
    const int PageBytes = 4096;

    static readonly TimeSpan s_commitPauseMax = TimeSpan.FromSeconds(1);

    static readonly Dictionary<string, LogLevel> Levels = new()
    {
        ["debug"] = LogLevel.Debug,
        ["information"] = LogLevel.Information,
        ["warning"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
    };

    public required string Data { get; init; }
    public required string Site { get; init; }
    public required string HttpAddress { get; init; }

    /// <summary>0: the system chooses a free one.</summary>
    public required int HttpPort { get; init; }

    public required string RegistryFolder { get; init; }
    public required bool AllowUnsigned { get; init; }

    /// <summary>The keys that releases are believed by; null: none are.</summary>
    public TrustRoot? Trust { get; init; }

    public required bool BrokerEnabled { get; init; }
    public required string BrokerAddress { get; init; }
    public required int BrokerPort { get; init; }
    public required long SegmentBytes { get; init; }
    public required TimeSpan CommitAfter { get; init; }
    public TimeSpan CommitPause { get; init; } = TimeSpan.FromMilliseconds(1);
    public bool Seal { get; init; } = true;
    public int SealAfterSegments { get; init; } = 1;
    public int GroupBytesMax { get; init; } = 1 << 20;

    /// <summary>What is kept of raw samples, and how full the box may become.</summary>
    public RetentionPolicy Retention { get; init; } = new();

    /// <summary>Path of the accelerator vendor's libonnxruntime; empty: the one that came with the runtime.</summary>
    public required string NativeLibrary { get; init; }

    public required TimeSpan HmiHistory { get; init; }
    public required double HmiPxPerMm { get; init; }
    public required LogLevel LogLevel { get; init; }
    public required string LogFolder { get; init; }
    public required int LogKeepDays { get; init; }

    /// <summary>Time of day, UTC, at which the box computes a sample of its past decisions again.</summary>
    public TimeSpan AuditAt { get; init; } = TimeSpan.FromHours(2.5);

    /// <summary>How many decisions that are; 0 for none.</summary>
    public int AuditSample { get; init; } = 200;

    public string JournalFolder => Path.Combine(Data, "journal");

    public string StatesFolder => Path.Combine(Data, "states");

    public string KeysFolder => Path.Combine(Data, "keys");

    /// <exception cref="SettingsException">With everything that is wrong.</exception>
    public static BoxSettings Load(string path)
    {
        SettingsDocument document = SettingsDocument.Load(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        SettingsNode root = document.Root;
        SettingsNode http = root.Section("http");
        SettingsNode registry = root.Section("registry");
        SettingsNode broker = root.Section("broker");
        SettingsNode journal = root.Section("journal");
        SettingsNode hmi = root.Section("hmi");
        SettingsNode log = root.Section("log");
        SettingsNode? audit = root.OptionalSection("audit");
        var settings = new BoxSettings
        {
            Data = PathOf(root.Text("data")),
            Site = PathOf(root.Text("site")),
            HttpAddress = Loopback(http, http.TextOr("address", "127.0.0.1")),
            HttpPort = http.IntegerOr("port", 8080, 0, 65535),
            RegistryFolder = PathOf(registry.Text("folder")),
            AllowUnsigned = registry.FlagOr("allowUnsigned", false),
            Trust = TrustOf(registry, PathOf),
            BrokerEnabled = broker.FlagOr("enabled", false),
            BrokerAddress = Ip(broker, broker.TextOr("address", "127.0.0.1")),
            BrokerPort = broker.IntegerOr("port", 1883, 0, 65535),
            SegmentBytes = Pages(journal, journal.OptionalInteger("segmentBytes", 1 << 20, 1L << 30) ?? 64L << 20),
            GroupBytesMax = journal.IntegerOr("groupBytesMax", 1 << 20, 4096, 64 << 20),
            CommitAfter = journal.DurationOr("commitAfter", TimeSpan.FromMilliseconds(5)),
            CommitPause = Pause(journal, journal.DurationOr("commitPause", TimeSpan.FromMilliseconds(1))),
            Seal = journal.FlagOr("seal", true),
            SealAfterSegments = journal.IntegerOr("sealAfterSegments", 1, 0, 1000),
            Retention = RetentionOf(root),
            NativeLibrary = root.OptionalSection("inference")?.TextOr("nativeLibrary", "") ?? "",
            HmiHistory = hmi.DurationOr("history", TimeSpan.FromHours(1)),
            HmiPxPerMm = hmi.NumberOr("pxPerMm", 4, 1, 40),
            LogLevel = log.ChoiceOr("level", LogLevel.Information, Levels),
            LogFolder = PathOf(log.TextOr("folder", "./data/log")),
            LogKeepDays = log.IntegerOr("keepDays", 14, 1, 3650),
            AuditAt = TimeOfDay(audit, audit?.TextOr("at", "02:30") ?? "02:30"),
            AuditSample = audit?.IntegerOr("sample", 200, 0, 1_000_000) ?? 200,
        };
        document.ThrowIfInvalid();
        return settings;

        string PathOf(string path) => Path.GetFullPath(path, folder);
    }

    /// <summary>Which releases this box takes.</summary>
    /// <param name="now">What the expiry of keys is held against; null: it is not looked at.</param>
    public ReleasePolicy Policy(EventTime? now) => new() { Root = Trust, AllowUnsigned = AllowUnsigned, Now = now };

    static TrustRoot? TrustOf(SettingsNode registry, Func<string, string> pathOf)
    {
        if (registry.TextOr("trust", "") is not { Length: > 0 } file)
            return null;
        try
        {
            return TrustRoot.Load(pathOf(file));
        }
        catch (SettingsException e)
        {
            foreach (SettingsViolation violation in e.Violations)
                registry.Violate("trust", $"cannot be used: {violation}");
            return null;
        }
    }

    static string Loopback(SettingsNode http, string address)
    {
        if (address is not ("127.0.0.1" or "::1" or "localhost"))
            http.Violate("address", $"is '{address}'; until the screens know roles, they are served on this machine only: use 127.0.0.1 or ::1.");
        return address;
    }

    static TimeSpan TimeOfDay(SettingsNode? audit, string text)
    {
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time))
            return time.ToTimeSpan();
        audit?.Violate("at", $"is '{text}'; it must be a time of day in UTC, such as 02:30.");
        return default;
    }

    static string Ip(SettingsNode broker, string address)
    {
        if (!IPAddress.TryParse(address, out _))
            broker.Violate("address", $"is '{address}'; it must be an IP address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.");
        return address;
    }

    static RetentionPolicy RetentionOf(SettingsNode root)
    {
        var none = new RetentionPolicy();
        if (root.OptionalSection("retention") is not { } retention)
            return none;
        var policy = new RetentionPolicy
        {
            ReserveBytes = retention.OptionalInteger("reserveBytes", 0) ?? none.ReserveBytes,
            ThinAt = retention.NumberOr("thinAt", none.ThinAt, 0, 1),
            DeleteAt = retention.NumberOr("deleteAt", none.DeleteAt, 0, 1),
            ReadOnlyAt = retention.NumberOr("readOnlyAt", none.ReadOnlyAt, 0, 1),
            KeepRaw = retention.DurationOr("keepRaw", none.KeepRaw),
        };
        foreach (string sentence in policy.Violations())
            root.Violate("retention", sentence);
        return policy;
    }

    static TimeSpan Pause(SettingsNode journal, TimeSpan pause)
    {
        if (pause < TimeSpan.Zero || pause > s_commitPauseMax)
            journal.Violate("commitPause", $"is {XmlConvert.ToString(pause)}; it must be from PT0S, which is none, to {XmlConvert.ToString(s_commitPauseMax)}.");
        return pause;
    }

    static long Pages(SettingsNode journal, long segmentBytes)
    {
        if (segmentBytes % PageBytes != 0)
            journal.Violate("segmentBytes", FormattableString.Invariant($"is {segmentBytes}; it must be a multiple of {PageBytes}."));
        return segmentBytes;
    }
}
