return await EdgeRuntime.FirmwareSim.Verbs.FirmwareSimCommand.RunAsync(args, Console.Out, Console.Error, TimeProvider.System);
