namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>The nameplate: a 15 kW cooling water pump, best at 125 m3/h against 32 m, and the pipework around it. SI with flow in m3/h, head in m, pressure in bar (gauge).</summary>
static class PumpRating
{
    // Water at 30 degC: 995.6 kg/m3 x 9.81 m/s2 = 9767 Pa per metre.
    public const double BarPerMetre = 0.09767;
    public const double KilowattPerCubicMetrePerHourMetre = 9.767 / 3600;
    public const double VapourPressureBar = 0.0425;
    public const double AtmosphereBar = 1.01325;

    // Head curve H = HeadAtShutOff r² - HeadFall Q², r = speed over synchronous speed (affinity: the Q² term does not change with r).
    public const double HeadAtShutOff = 44.0;
    public const double HeadFall = 7.0e-4;

    public const double FlowAtBestEfficiency = 125.0;
    public const double EfficiencyBest = 0.78;

    // System: static head against the header tank, pipe friction, and a linear valve whose loss goes with 1/opening².
    public const double StaticHead = 9.5;
    public const double PipeLoss = 8.0e-4;
    public const double ValveLoss = 4.9e-4;
    public const double ValvePercentPerSecond = 1.5;

    // Suction: flooded from a tank about four metres above, a short line, a strainer.
    public const double SuctionLoss = 3.0e-5;

    // A blocked strainer: the first tenth of severity uses the margin up (10 m; 12.5 m at 120 m3/h, less at the flow that is left), the rest goes on.
    const double StrainerAtInception = 12.5 / (120.0 * 120.0);
    const double StrainerBlocked = 22.0 / (120.0 * 120.0);
    const double InceptionSeverity = 0.1;

    // NPSH required by the pump at flow Q: NpshBase + NpshRise (Q/120)².
    public const double NpshBase = 2.4;
    public const double NpshRise = 1.4;

    // Bubbles begin when the margin falls below half a metre and the impeller is choked a metre and a half later.
    public const double CavitationBeginsMargin = 0.5;
    public const double CavitationFullMargin = -1.0;

    // A worn drive end bearing. Its friction is a torque, so its power goes with the speed; the casing warms by this much per kilowatt.
    public const double BearingFrictionKilowatt = 1.2;
    public const double BearingKelvinPerKilowatt = 10.0;

    // Its rattle in mm/s RMS at full speed, and the bursts above it: about one in two seconds at severity 1, gone within half a second. A third arrives at the other end.
    public const double WearVibration = 5.0;
    public const double WearBurst = 4.0;
    public const double WearBurstsPerSecond = 0.6;
    public const double WearBurstSeconds = 0.4;
    public const double WearAtOtherEnd = 0.35;

    // A rotor out of balance: mm/s RMS at synchronous speed, with the square of the speed. A slow whole shake warms a bearing far less than rattle does.
    public const double ImbalanceDriveEnd = 6.5;
    public const double ImbalanceNonDriveEnd = 5.5;
    public const double ImbalanceKelvinPerVibration = 0.3;

    // Flow through the hole in m3/h per square root of a metre of head before it (Torricelli): 8 x sqrt(30 m) = 44 m3/h at severity 1.
    public const double LeakFlowPerRootMetre = 8.0;

    public const double MotorKilowatt = 15.0;
    public const double MotorEfficiency = 0.90;
    public const double MagnetisingAmpere = 9.5;
    public const double RatedVolt = 400.0;
    public const double RatedSlip = 0.022;
    public const double RatedAmpere = 28.0;

    // A soft starter: full speed six seconds after the contactor closes, at twice the rated current. Without power the water brakes the rotor.
    public const double SoftStartSeconds = 6.0;
    public const double SoftStartAmpere = 56.0;
    public const double RunDownSeconds = 2.5;
    public const double IdleKilowatt = 1.5;

    /// <summary>Loss of the strainer in m per (m3/h)² at a severity from 0 to 1.</summary>
    public static double StrainerLoss(double severity) => severity <= InceptionSeverity
        ? StrainerAtInception * severity / InceptionSeverity
        : StrainerAtInception + ((StrainerBlocked - StrainerAtInception) * (severity - InceptionSeverity) / (1 - InceptionSeverity));

    /// <summary>Share of its opening that a sticking valve has lost at a severity from 0 to 1: 3 % at 0.1, 70 % at 1.</summary>
    public static double ValveLost(double severity) => severity * (0.3 + (0.4 * severity));
}
