namespace EdgeRuntime.Telemetry;

/// <summary>
/// A topic with names in it: <c>plant/{asset}/{signal}</c>. A name in braces matches exactly one level and is known afterwards; MQTT's <c>+</c> matches
/// one level and <c>#</c>, as the last, all that follow.
/// </summary>
sealed class TopicTemplate
{
    readonly string[] _levels;

    TopicTemplate(string text, string[] levels)
    {
        Text = text;
        _levels = levels;
        Names = [.. levels.Where(IsName).Select(level => level[1..^1])];
        Filter = string.Join('/', levels.Select(level => IsName(level) ? "+" : level));
    }

    internal string Text { get; }

    /// <summary>What to subscribe to.</summary>
    internal string Filter { get; }

    internal IReadOnlyList<string> Names { get; }

    /// <summary>Null, with the rule that the text breaks, when it is not a template.</summary>
    internal static TopicTemplate? Parse(string text, out string rule)
    {
        rule = "";
        string[] levels = text.Split('/');
        for (int i = 0; i < levels.Length; i++)
        {
            string level = levels[i];
            if (level == "#" ? i < levels.Length - 1 : level.Contains('#'))
                rule = "has a '#' that is not the whole last level.";
            else if (level != "+" && level.Contains('+'))
                rule = "has a '+' that is not a whole level.";
            else if (!IsName(level) && level.AsSpan().IndexOfAny('{', '}') >= 0)
                rule = $"has the level '{level}'; a name in braces must be a whole level.";
            else if (IsName(level) && Array.IndexOf(levels, level) < i)
                rule = $"has {level} twice.";
        }

        if (text.Length == 0)
            rule = "is empty.";
        return rule.Length == 0 ? new TopicTemplate(text, levels) : null;
    }

    /// <summary>The values of <see cref="Names"/>, or null where the topic does not match.</summary>
    internal string[]? Match(string topic)
    {
        string[] levels = topic.Split('/');
        bool open = _levels[^1] == "#";
        // MQTT: 'sport/#' also matches 'sport'.
        if (open ? levels.Length < _levels.Length - 1 : levels.Length != _levels.Length)
            return null;
        // MQTT: a wildcard at the start does not match the broker's own $SYS topics.
        if (topic.StartsWith('$') && !_levels[0].StartsWith('$'))
            return null;
        var values = new string[Names.Count];
        int named = 0;
        for (int i = 0; i < _levels.Length; i++)
        {
            if (_levels[i] == "#")
                break;
            if (IsName(_levels[i]))
                values[named++] = levels[i];
            else if (_levels[i] != "+" && _levels[i] != levels[i])
                return null;
        }

        return values;
    }

    static bool IsName(string level) => level.Length > 2 && level[0] == '{' && level[^1] == '}' && level.AsSpan(1, level.Length - 2).IndexOfAny('{', '}') < 0;
}
