namespace EdgeRuntime.Journal.Tables;

/// <summary>How a table lies in its file.</summary>
interface ITableForm : IDisposable
{
    void Add(in SampleTableRow row);

    /// <summary>Returns when everything is on the medium.</summary>
    void Finish();
}
