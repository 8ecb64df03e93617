; The installer for Windows (Inno Setup 6). Made by packaging\windows\build.ps1.
; NOT RUN YET: this was written without a Windows computer at hand.
; Without asking: il2scheduler-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART [/ALLUSERS or /CURRENTUSER]
#ifndef Version
  #define Version "0.0.0"
#endif

[Setup]
AppId={{7E0A5E3B-52C1-4C0E-9B57-1B2A6E0F3A52}
AppName=il2scheduler
AppVersion={#Version}
AppPublisher=The il2scheduler maintainers
DefaultDirName={autopf}\il2scheduler
DefaultGroupName=il2scheduler
DisableProgramGroupPage=yes
; A nurse without an administrator's password can install it for herself.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
SourceDir=..\..
OutputDir=dist
OutputBaseFilename=il2scheduler-{#Version}-windows-setup
SetupIconFile=resources\icons\il2scheduler.ico
UninstallDisplayIcon={app}\il2scheduler.exe
LicenseFile=LICENSE
ChangesAssociations=yes
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"

[Files]
Source: "build\package\il2scheduler\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; What an older version had and this one does not would be loaded beside it.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\il2scheduler"; Filename: "{app}\il2scheduler.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\.il2"; ValueType: string; ValueData: "il2scheduler.study"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\il2scheduler.study"; ValueType: string; ValueData: "il2scheduler study"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\il2scheduler.study\DefaultIcon"; ValueType: string; ValueData: "{app}\il2scheduler.exe,0"
Root: HKA; Subkey: "Software\Classes\il2scheduler.study\shell\open\command"; ValueType: string; ValueData: """{app}\il2scheduler.exe"" ""%1"""

[Run]
Filename: "{app}\il2scheduler.exe"; Description: "il2scheduler"; Flags: nowait postinstall skipifsilent
