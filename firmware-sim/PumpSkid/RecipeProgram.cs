namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>What the line makes, and so how far the control valve stands open. A change of recipe is ordinary; a model must take it as normal.</summary>
sealed class RecipeProgram(SeededNoise noise)
{
    // Recipe and valve opening in percent, all inside the pump's preferred range of flow.
    static readonly (string Name, double ValvePercent)[] Recipes = [("A", 70), ("B", 62), ("C", 78)];

    int _current;
    double _leftSeconds = noise.Between(120, 300);

    public string Name => Recipes[_current].Name;

    public double ValvePercent => Recipes[_current].ValvePercent;

    public void Step(double seconds)
    {
        _leftSeconds -= seconds;
        if (_leftSeconds > 0)
            return;
        _leftSeconds = noise.Between(120, 300);
        _current = (_current + 1 + (int)(noise.Uniform() * (Recipes.Length - 1))) % Recipes.Length;
    }
}
