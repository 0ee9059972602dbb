namespace EdgeRuntime.Service.Verbs;

/// <summary>Exit codes that scripts can trust.</summary>
static class Exit
{
    public const int Ok = 0;

    /// <summary>The verb did its work and found something wrong: damage, a difference, a service that is not well.</summary>
    public const int Found = 1;

    /// <summary>The verb could not do its work: bad configuration, a port in use, no such folder.</summary>
    public const int Refused = 2;
}
