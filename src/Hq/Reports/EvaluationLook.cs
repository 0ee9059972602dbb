namespace EdgeRuntime.Hq.Reports;

/// <summary>The page's style sheet: the colours of the panel, on paper too.</summary>
static class EvaluationLook
{
    internal const string Css = """
        :root { --ground: #d6d7d9; --card: #e2e3e5; --paper: #f2f3f5; --ink: #1c1f23; --quiet: #3f454c; --edge: #a9adb2; --bar: #3c4148; --steel: #5b6672; --advisory: #ffd34d; --trouble: #a3161f; --focus: #0b57a4; --event: #f0e3c8; --event-edge: #7a4a00; }
        * { box-sizing: border-box; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.4 system-ui, "Segoe UI", "DejaVu Sans", "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
        header { background: var(--bar); color: #fff; padding: 12px 24px; }
        h1 { font-size: 20px; font-weight: 600; margin: 0; }
        header p { margin: 4px 0 0; font-size: 13px; color: #d5d9dd; }
        .digest { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 12px; overflow-wrap: anywhere; }
        main { max-width: 1128px; margin: 0 auto; padding: 4px 24px 32px; }
        section { margin-top: 22px; }
        h2 { font-size: 18px; margin: 0 0 8px; border-bottom: 1px solid var(--edge); padding-bottom: 3px; }
        h3 { font-size: 14px; margin: 0 0 6px; color: var(--quiet); }
        p { margin: 6px 0; }
        ul { margin: 6px 0; padding-left: 20px; }
        li { margin: 3px 0; }
        .quiet { color: var(--quiet); font-size: 13px; }
        .interval { color: var(--quiet); font-size: 12px; font-weight: 400; white-space: nowrap; }
        .verdict { border: 2px solid transparent; padding: 8px 14px; margin: 8px 0 12px; background: var(--card); }
        .verdict.doubtful { background: var(--advisory); border-color: var(--ink); }
        .verdict.open { background: var(--paper); border-color: var(--ink); }
        .headline { font-size: 18px; font-weight: 600; margin: 2px 0; }
        .shape { display: inline-block; width: 22px; }
        .cards { display: flex; flex-wrap: wrap; gap: 10px; }
        .card { background: var(--card); border: 1px solid var(--edge); border-radius: 3px; padding: 10px 14px; flex: 1 1 240px; break-inside: avoid; }
        .card.wide { flex: 1 1 100%; }
        dl { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0; }
        dl > div { flex: 0 1 auto; }
        dt { font-size: 13px; color: var(--quiet); }
        dd { margin: 0; font-size: 20px; font-weight: 600; }
        dd.interval { font-size: 12px; font-weight: 400; }
        .pictures { display: flex; flex-wrap: wrap; gap: 10px; }
        figure { margin: 0; background: var(--card); border: 1px solid var(--edge); border-radius: 3px; padding: 10px; break-inside: avoid; }
        .pictures figure { flex: 0 1 auto; display: flex; flex-direction: column; }
        .pictures figure p { width: 0; min-width: 100%; }
        figure.timeline { margin-top: 8px; }
        figcaption { margin-bottom: 4px; }
        svg { max-width: 100%; height: auto; display: block; }
        .legend svg { display: inline-block; vertical-align: -2px; margin-left: 10px; }
        table { border-collapse: collapse; width: 100%; margin: 6px 0 14px; background: var(--card); font-size: 14px; }
        th, td { border: 1px solid var(--edge); padding: 4px 8px; text-align: right; vertical-align: top; }
        th { background: #c9ccd0; font-size: 13px; }
        td .interval { display: block; }
        .name { text-align: left; overflow-wrap: anywhere; }
        th.name { width: 26%; }
        tr { break-inside: avoid; }
        text { font-size: 12px; fill: var(--quiet); }
        .middle { text-anchor: middle; }
        .end { text-anchor: end; }
        .up { text-anchor: middle; transform: rotate(-90deg); }
        .over { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; fill: var(--ink); }
        .plot { fill: var(--paper); stroke: var(--edge); }
        .grid { stroke: #d0d3d6; }
        .expected { stroke: var(--steel); stroke-dasharray: 5 4; }
        .off { stroke: var(--steel); stroke-width: 2; }
        .curve { fill: none; stroke: var(--ink); stroke-width: 2; stroke-linejoin: round; }
        .dot { fill: var(--ink); }
        .mark { fill: var(--advisory); stroke: var(--ink); stroke-width: 2; }
        .event { fill: var(--event); stroke: var(--event-edge); stroke-dasharray: 4 3; }
        .harmless { fill: #dfe3e7; stroke: var(--steel); stroke-dasharray: 1 3; }
        .unknown { fill: #b3b7bc; }
        .score { fill: none; stroke: var(--ink); stroke-width: 2; }
        .threshold { stroke: var(--focus); stroke-dasharray: 6 4; }
        .lane { fill: var(--paper); stroke: none; }
        .right { fill: var(--bar); }
        .false { fill: var(--trouble); }
        @media print { body { background: #fff; font-size: 12px; } main { max-width: none; padding: 0; } header { padding: 8px 12px; } }
        @page { margin: 12mm; }
        """;
}
