using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Settings.Site;

public sealed class SiteDocumentsTests
{
    const string Site = """
        kind: Site
        name: Cooling
        assets:
          - id: P-101
            name: Pump 101
            area: acme/plant-1/cooling
            pipeline: pump.yaml
            release: pump-t2q
            shadows: [pump-t2q-next]
            rules: pump-rules.yaml
            signals:
              flow: FT-7.PV
          - id: P-102
            pipeline: pump.yaml
        """;

    const string Tags = """
        kind: Tags
        tags:
          P-101.flow: {type: double, unit: m3/h, range: [0, 120], description: Flow}
          P-101.running: {type: bool}
          FT-7.PV: {}
        """;

    [Fact]
    public void A_site_names_its_assets_and_where_their_signals_come_from()
    {
        SettingsDocument document = Documents.Parse(Site);
        SiteDefinition site = SiteDefinition.Read(document);
        document.ThrowIfInvalid();
        AssetDefinition first = site.Assets[0], second = site.Assets[1];
        Assert.Equal("Cooling", site.Name);
        Assert.Equal(["pump-t2q-next"], first.Shadows);
        Assert.Equal("FT-7.PV", first.TagOf("flow"));
        Assert.Equal("P-101.power", first.TagOf("power"));
        Assert.Equal("P-102", second.Name);
        Assert.Equal("", second.Release);
        Assert.Equal("P-102.flow", second.TagOf("flow"));
    }

    [Fact]
    public void An_asset_stands_once_and_has_a_pipeline() =>
        Assert.Equal(
            [
                "5: assets[1].id: is 'P-101' a second time; every asset has an id of its own.",
                "5: assets[1].pipeline: is missing.",
                "6: assets[1].pipelin: is not a known key; did you mean 'pipeline'?",
            ],
            Wrong("kind: Site\nname: x\nassets:\n  - {id: P-101, pipeline: p.yaml}\n  - id: P-101\n    pipelin: p.yaml\n", d => SiteDefinition.Read(d)));

    [Fact]
    public void Two_assets_without_an_id_are_not_the_same_asset() =>
        Assert.Equal(["4: assets[0].id: is missing.", "5: assets[1].id: is missing."],
            Wrong("kind: Site\nname: x\nassets:\n  - {pipeline: p.yaml}\n  - {pipeline: p.yaml}\n", d => SiteDefinition.Read(d)));

    [Fact]
    public void A_tag_has_a_type_a_unit_and_the_range_of_its_instrument()
    {
        SettingsDocument document = Documents.Parse(Tags);
        TagCatalogue tags = TagCatalogue.Read(document);
        document.ThrowIfInvalid();
        Assert.Equal(3, tags.Count);
        Assert.Equal(new TagContract("P-101.flow", TagType.Double, "m3/h", 0, 120, "Flow"), tags.Find("P-101.flow"));
        Assert.Equal(TagType.Bool, tags.Find("P-101.running")!.Type);
        Assert.Equal(["FT-7.PV", "P-101.flow", "P-101.running"], tags.All.Select(t => t.Id));
        Assert.Null(tags.Find("P-101.Flow"));
        Assert.False(tags.Contains("P-999.flow"));
    }

    [Fact]
    public void A_tag_may_promise_how_often_it_speaks()
    {
        TagCatalogue tags = TagCatalogue.Read(Documents.Parse("kind: Tags\ntags:\n  a: {expectEvery: PT0.5S}\n  b: {}\n"));
        Assert.Equal((TimeSpan.FromSeconds(0.5), null), (tags.Find("a")!.ExpectEvery, tags.Find("b")!.ExpectEvery));
    }

    [Fact]
    public void A_wrong_tag_contract_is_told_in_full() =>
        Assert.Equal(
            [
                "3: tags.a.type: is 'float'; it must be one of double, int64, bool, string.",
                "4: tags.b.range: must be a pair of numbers [low, high] with low not above high.",
                "5: tags.c.range: does not fit type bool; only numbers have a range.",
                "6: tags.d.units: is not a known key; did you mean 'unit'?",
                "7: tags.e: has no value.",
                "8: tags.f.expectEvery: must be from PT0.001S to P30D.",
            ],
            Wrong("kind: Tags\ntags:\n  a: {type: float}\n  b: {range: [5, 1]}\n  c: {type: bool, range: [0, 1]}\n  d: {units: bar}\n  e:\n  f: {expectEvery: PT0S}\n", d => TagCatalogue.Read(d)));

    static string[] Wrong(string yaml, Action<SettingsDocument> read)
    {
        SettingsDocument document = Documents.Parse(yaml);
        read(document);
        return Documents.Wrong(document);
    }
}
