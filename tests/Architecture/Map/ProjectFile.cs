using System.Xml.Linq;

namespace EdgeRuntime.Tests.Architecture.Map;

/// <summary>What a project file says of its directions: the rooms and packages it names.</summary>
sealed record ProjectFile(string Name, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    const string Prefix = "EdgeRuntime.";
    const string Web = "Microsoft.AspNetCore.App";

    // Every room may log through it and measure with the framework's metrics; Service exports and configures.
    const string FreeForAll = "Microsoft.Extensions.Logging.Abstractions";

    public static ProjectFile Parse(string name, string xml)
    {
        XElement project = XDocument.Parse(xml).Root!;
        IEnumerable<string> references = project.Descendants("ProjectReference")
            .Where(r => !string.Equals((string?)r.Attribute("ReferenceOutputAssembly") ?? (string?)r.Element("ReferenceOutputAssembly"), "false", StringComparison.OrdinalIgnoreCase))
            .Select(r => Path.GetFileNameWithoutExtension(Included(r).Replace('\\', '/')))
            .Select(r => r.StartsWith(Prefix, StringComparison.Ordinal) ? r[Prefix.Length..] : r);
        IEnumerable<string> packages = project.Descendants("PackageReference").Concat(project.Descendants("FrameworkReference")).Select(Included);
        if ((string?)project.Attribute("Sdk") == "Microsoft.NET.Sdk.Web")
            packages = packages.Append(Web);
        return new ProjectFile(name, [.. references], [.. packages.Where(p => p != FreeForAll).Distinct()]);
    }

    static string Included(XElement item) => (string?)item.Attribute("Include") ?? "";
}
