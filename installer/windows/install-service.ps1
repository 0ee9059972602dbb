#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Installs a published edgeruntime as a Windows service. Running it again with another build upgrades.

.DESCRIPTION
Programs go to "Program Files", settings and data to ProgramData. The service runs as its own virtual account, which may write to its data
and nothing else. The firewall is left as it is: the screen binds to loopback only.

.EXAMPLE
.\install-service.ps1 -Published C:\temp\edgeruntime-win-x64

.EXAMPLE
.\install-service.ps1 -Uninstall
Removes the service and its programs; what the box knows and its settings stay.
#>
[CmdletBinding(DefaultParameterSetName = 'Install')]
param(
    [Parameter(Mandatory, ParameterSetName = 'Install')] [string] $Published,
    [Parameter(Mandatory, ParameterSetName = 'Uninstall')] [switch] $Uninstall
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$name = 'EdgeRuntime'
$account = "NT SERVICE\$name"
$programs = Join-Path $env:ProgramFiles $name
$data = Join-Path $env:ProgramData $name
$settings = Join-Path $data 'appsettings.json'

# sc.exe and icacls tell failure by exit code only.
function Invoke-Checked([string] $Program, [string[]] $Arguments) {
    & $Program @Arguments | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "$Program $($Arguments -join ' ') failed with exit code $LASTEXITCODE." }
}

$service = Get-Service -Name $name -ErrorAction SilentlyContinue
if ($service -and $service.Status -ne 'Stopped') {
    Stop-Service -Name $name
    $service.WaitForStatus('Stopped', '00:00:30')
}

if ($Uninstall) {
    if ($service) { Invoke-Checked 'sc.exe' @('delete', $name) }
    if (Test-Path $programs) { Remove-Item -Recurse -Force $programs }
    Write-Output "$name is removed. Its journal, settings and logs are still in $data."
    return
}

if (-not (Test-Path (Join-Path $Published 'edgeruntime.exe'))) {
    throw "$Published holds no edgeruntime.exe; publish src/Service for win-x64 first."
}

if (Test-Path $programs) { Remove-Item -Recurse -Force $programs }
Copy-Item -Recurse $Published $programs
foreach ($folder in @($data, "$data\data", "$data\site", "$data\registry", "$data\log")) {
    New-Item -ItemType Directory -Force -Path $folder | Out-Null
}

# What a person wrote is never overwritten.
if (-not (Test-Path $settings)) { Copy-Item (Join-Path $PSScriptRoot 'appsettings.json') $settings }

$command = "`"$programs\edgeruntime.exe`" run --settings `"$settings`""
if ($service) {
    Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\$name" -Name ImagePath -Value $command
} else {
    New-Service -Name $name -BinaryPathName $command -DisplayName 'Edge ML runtime' -StartupType Automatic `
        -Description 'Takes telemetry, keeps it, and tells the floor what its models think and how sure they are.' | Out-Null
}

Invoke-Checked 'sc.exe' @('config', $name, 'obj=', $account)
Invoke-Checked 'sc.exe' @('config', $name, 'start=', 'delayed-auto')
# Restart after 2 s, 2 s, then every minute; the count starts again after a day. Also after a stop with an error, not only after a crash.
Invoke-Checked 'sc.exe' @('failure', $name, 'reset=', '86400', 'actions=', 'restart/2000/restart/2000/restart/60000')
Invoke-Checked 'sc.exe' @('failureflag', $name, '1')

# Only administrators and the service see the data; the service reads its settings and writes its data.
Invoke-Checked 'icacls.exe' @($data, '/inheritance:r', '/grant', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', "${account}:(OI)(CI)RX")
foreach ($folder in @("$data\data", "$data\registry", "$data\log")) {
    Invoke-Checked 'icacls.exe' @($folder, '/grant', "${account}:(OI)(CI)M")
}

if (Test-Path "$data\site\site.yaml") {
    Start-Service -Name $name
    Write-Output "$name is installed and started."
} else {
    Write-Output "$name is installed. Put the site's documents into $data\site, then: Start-Service $name"
}
