namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>What the line makes, and so how far the control valve stands open. A change of recipe is ordinary; a model must take it as normal.</summary>
sealed class RecipeProgram(SeededNoise noise)
{
    // Recipe and valve opening in percent, all inside the pump's preferred range of flow.
    static readonly (string Name, double ValvePercent)[] Recipes = [("A", 70), ("B", 62), ("C", 78)];

    int _current;
    double _leftSeconds = noise.Between(120, 300);
    SeededNoise? _order;
    int _ordered;

    public string Name => Recipes[Made].Name;

    public double ValvePercent => Recipes[Made].ValvePercent;

    int Made => _order is null ? _current : _ordered;

    /// <param name="order">
    /// Not null: another recipe than the one that the order found, drawn from it, is made as long as the order stands. The program goes on beneath, so that the
    /// line is afterwards where it would have been.
    /// </param>
    public void Step(double seconds, SeededNoise? order)
    {
        if (!ReferenceEquals(order, _order))
        {
            int found = Made;
            _order = order;
            _ordered = order is null ? _current : Another(found, order);
        }

        _leftSeconds -= seconds;
        if (_leftSeconds > 0)
            return;
        _leftSeconds = noise.Between(120, 300);
        _current = Another(_current, noise);
    }

    static int Another(int recipe, SeededNoise chance) => (recipe + 1 + (int)(chance.Uniform() * (Recipes.Length - 1))) % Recipes.Length;
}
