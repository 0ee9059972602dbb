namespace EdgeRuntime.Registry.Trust;

/// <summary>A signature that is not believed. The message goes on after the name of the bundle: "is signed with …".</summary>
sealed class SignatureRefusedException(string reason, Exception? cause = null) : Exception(reason, cause);
