namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>
/// From a file's times to the times that are sent and to when they are sent. Inside a file steps are the file's own; a following file begins one step
/// after the last row of the one before, because the months between two recordings are nobody's wait. A step back is sent at once.
/// </summary>
sealed class RowTimes(DateTime? firstRowIs)
{
    static readonly TimeSpan StepUnlessKnown = TimeSpan.FromSeconds(1);

    DateTime? _before;
    TimeSpan _step = StepUnlessKnown;
    TimeSpan _shift;
    DateTime _sent;
    bool _fileBegins = true;
    bool _stepKnown;

    /// <summary>Plant time since the first row; never goes back.</summary>
    public TimeSpan Due { get; private set; }

    public void BeginFile() => _fileBegins = true;

    /// <summary>The time to send with a row.</summary>
    public DateTime Next(DateTime file)
    {
        if (_before is { } before)
        {
            TimeSpan step = _fileBegins ? _step : file - before;
            if (!_fileBegins && !_stepKnown && step > TimeSpan.Zero)
                (_step, _stepKnown) = (step, true);
            if (step > TimeSpan.Zero)
                Due += step;
            if (_fileBegins && firstRowIs is not null)
                _shift = _sent + step - file;
        }
        else if (firstRowIs is { } first)
        {
            _shift = first - file;
        }

        _fileBegins = false;
        _before = file;
        _sent = file + _shift;
        return _sent;
    }
}
