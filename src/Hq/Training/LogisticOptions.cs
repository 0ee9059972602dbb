namespace EdgeRuntime.Hq.Training;

/// <summary>How logistic regression is fitted.</summary>
/// <param name="Ridge">What the sum of squared weights of the standardised features costs, in rows: Ridge/2 · |w|² beside the sum of the rows' losses. Above 0, so that separable rows have an end too.</param>
/// <param name="EventWeight">What an event's row counts for, where a normal one counts 1.</param>
/// <param name="BalanceGroups">True: every recording counts the same, however long it is.</param>
sealed record LogisticOptions(double Ridge = 1, double EventWeight = 1, bool BalanceGroups = true);
