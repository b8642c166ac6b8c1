//! `script apply`, `script pull` and `script rm`: scripts as files in version control.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::{ApplyScript, PullScripts};
use super::{Desk, missing};
use crate::app::pane::Confirm;
use crate::cli::exit::Failure;
use crate::config::secrets::Reference;
use crate::domain::draft::Draft;
use crate::domain::script::Script;
use crate::domain::text::SafeText;
use crate::panes::draft as panes;
use crate::ui::diff::{self, Change};

/// Bytes of a file at most: a script of 4,096 characters with 20 parameters needs far less.
const FILE: u64 = 1024 * 1024;

impl Desk {
    /// Makes a script what a file says.
    pub(super) async fn apply(&mut self, args: &ApplyScript) -> Result<ExitCode, Failure> {
        let mut draft = read(&args.file)?;
        give_secrets(&mut draft, &args.secrets)?;
        let scripts = self.scripts().await?;
        let known = scripts
            .iter()
            .find(|script| script.name.raw() == draft.name);
        let base = match known {
            Some(script) => Some(self.script(script.id.raw()).await?),
            None => None,
        };
        if let Some(base) = &base
            && draft.says_the_same(&Draft::of(base))
        {
            writeln!(std::io::stdout(), "{} is unchanged", shown(&draft.name))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut flaws = draft.flaws();
        flaws.extend(base.iter().flat_map(|base| draft.flaws_against(base)));
        let (soft, hard): (Vec<_>, Vec<_>) = flaws.iter().partition(|flaw| flaw.soft);
        for flaw in soft {
            writeln!(
                std::io::stderr(),
                "warning: {}",
                panes::flaw_text(flaw, self.lang)
            )?;
        }
        if !hard.is_empty() {
            let texts: Vec<String> = hard
                .iter()
                .map(|flaw| panes::flaw_text(flaw, self.lang))
                .collect();
            let file = args.file.display();
            return Err(Failure::Usage(format!("{file}: {}", texts.join("; "))));
        }
        let mut confirm = panes::confirm(&self.account, base.as_ref(), &draft, self.lang);
        confirm.command = command(args);
        say(&confirm)?;
        if args.dry_run {
            writeln!(std::io::stderr(), "nothing was sent (--dry-run)")?;
            return Ok(ExitCode::SUCCESS);
        }
        self.act(confirm).await?;
        Ok(ExitCode::SUCCESS)
    }

    /// Writes scripts into files.
    pub(super) async fn pull(&mut self, args: &PullScripts) -> Result<ExitCode, Failure> {
        let all = self.scripts().await?;
        let names: Vec<String> = if args.scripts.is_empty() {
            all.iter()
                .map(|script| script.id.raw().to_owned())
                .collect()
        } else {
            args.scripts.clone()
        };
        if !args.dry_run {
            std::fs::create_dir_all(&args.dir)?;
        }
        let mut kept = Vec::new();
        for name in names {
            let script = self.script(&name).await?;
            if !write(&script, args)? {
                kept.push(script.name.shown().to_owned());
            }
        }
        if kept.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        Err(Failure::Refused(format!(
            "files that say something else were kept: {}; --force overwrites them",
            kept.join(", ")
        )))
    }

    /// Deletes a script whose name has been given once more.
    pub(super) async fn remove(
        &mut self,
        name: &str,
        confirmed: Option<&str>,
    ) -> Result<ExitCode, Failure> {
        let scripts = self.scripts().await?;
        let is_it = |script: &&Script| script.id.raw() == name || script.name.raw() == name;
        let script = scripts
            .iter()
            .find(is_it)
            .ok_or_else(|| missing("script", name))?;
        let confirm = panes::confirm_delete(&self.account, script, self.lang);
        if confirmed != Some(script.name.raw()) {
            say(&confirm)?;
            let word = crate::panes::words::quoted(script.name.raw());
            return Err(Failure::Refused(format!(
                "nothing was deleted: repeat it with --confirm {word}"
            )));
        }
        self.act(confirm).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The command line that repeats it. Where secrets are is no secret.
fn command(args: &ApplyScript) -> String {
    use crate::panes::words;
    let mut line = format!(
        "script apply {}",
        words::quoted(&args.file.to_string_lossy())
    );
    for secret in args.secrets.iter().filter(|secret| is_elsewhere(secret)) {
        words::option(&mut line, "secret", secret);
    }
    line
}

fn is_elsewhere(secret: &str) -> bool {
    secret
        .split_once('=')
        .is_some_and(|(_, place)| !matches!(Reference::parse(place), Reference::Plain(_)))
}

/// What will be done, on standard error.
fn say(confirm: &Confirm) -> Result<(), Failure> {
    let mut err = std::io::stderr().lock();
    writeln!(err, "{}", confirm.title)?;
    for line in confirm.targets.iter().chain(&confirm.consequence) {
        writeln!(err, "{line}")?;
    }
    Ok(())
}

/// A name from outside, safe for a terminal.
fn shown(name: &str) -> String {
    SafeText::new(name).shown().to_owned()
}

fn read(path: &Path) -> Result<Draft, Failure> {
    let name = path.display();
    let wrong = |why: String| Failure::Usage(format!("{name}: {why}"));
    let size = std::fs::metadata(path)
        .map_err(|error| wrong(error.to_string()))?
        .len();
    if size > FILE {
        return Err(wrong("it is too large to be a script".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    Draft::from_file(&text).map_err(wrong)
}

/// Puts secrets into their parameters, from where they are.
fn give_secrets(draft: &mut Draft, secrets: &[String]) -> Result<(), Failure> {
    let env = |name: &str| std::env::var(name).ok();
    for secret in secrets {
        // What is no reference may be the secret itself: it is not repeated.
        let wrong = |why: &str| Failure::Usage(format!("--secret {why}"));
        let (name, place) = secret
            .split_once('=')
            .ok_or_else(|| wrong("wants PARAMETER=WHERE"))?;
        let param = draft
            .params
            .iter_mut()
            .find(|param| param.name == name && param.sensitive)
            .ok_or_else(|| {
                wrong(&format!(
                    "{}: no secret parameter of this name",
                    shown(name)
                ))
            })?;
        let reference = Reference::parse(place);
        if matches!(reference, Reference::Plain(_)) {
            return Err(wrong(&format!(
                "{}: wants env:NAME, file:PATH or cmd:PROGRAM, because others can read command lines",
                shown(name)
            )));
        }
        let value = reference
            .resolve(&env)
            .map_err(|why| wrong(&format!("{}: {why}", shown(name))))?;
        param.value = Some(value.reveal().to_owned());
    }
    Ok(())
}

/// The file of a script. A name that could lead out of the folder is not used.
fn path(script: &Script, draft: &Draft, dir: &Path) -> PathBuf {
    let is_plain =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let name = if is_plain(&draft.name) {
        draft.name.clone()
    } else {
        let of_id = script.id.raw().chars().filter(char::is_ascii_alphanumeric);
        of_id.collect()
    };
    dir.join(format!("{name}.{}", draft.ending()))
}

/// Writes one script. `false` when a file stands there that says something else.
fn write(script: &Script, args: &PullScripts) -> Result<bool, Failure> {
    let draft = Draft::of(script);
    let path = path(script, &draft, &args.dir);
    let new = draft.to_file();
    let old = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::Usage(format!("{}: {error}", path.display()))),
    };
    let mut out = std::io::stdout().lock();
    if old.as_ref() == Some(&new) {
        writeln!(out, "{} is unchanged", path.display())?;
        return Ok(true);
    }
    if let Some(old) = &old {
        let mut err = std::io::stderr().lock();
        writeln!(err, "{}:", path.display())?;
        for (change, line) in diff::lines(old, &new) {
            let line = SafeText::new(line);
            match change {
                Change::Same => {}
                Change::Gone => writeln!(err, "- {line}")?,
                Change::New => writeln!(err, "+ {line}")?,
            }
        }
    }
    if args.dry_run {
        return Ok(true);
    }
    if old.is_some() && !args.force {
        return Ok(false);
    }
    std::fs::write(&path, new)?;
    writeln!(out, "{} written", path.display())?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::run::sample_script;

    #[test]
    fn a_name_cannot_lead_out_of_the_folder() {
        let mut script = sample_script(None);
        script.name = "../../etc/passwd".into();
        script.id = "SC1".into();
        let draft = Draft::of(&script);
        assert_eq!(path(&script, &draft, Path::new("d")), Path::new("d/SC1.sh"));
        script.name = "重启_web".into();
        let draft = Draft::of(&script);
        assert_eq!(
            path(&script, &draft, Path::new("d")),
            Path::new("d/重启_web.sh")
        );
    }

    #[test]
    fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
        let mut draft = Draft::of(&sample_script(None));
        let refused = give_secrets(&mut draft, &["token=s3cret".to_owned()]);
        let Err(Failure::Usage(why)) = refused else {
            panic!("{refused:?}");
        };
        assert!(!why.contains("s3cret") && why.contains("token"), "{why}");
        let unknown = give_secrets(&mut draft, &["batch=env:HOME".to_owned()]);
        assert!(unknown.is_err());
        assert!(give_secrets(&mut draft, &["token=env:PATH".to_owned()]).is_ok());
        assert!(draft.params[1].value.is_some());
        let args = ApplyScript {
            file: "a b.sh".into(),
            secrets: vec!["token=env:PATH".to_owned(), "x=s3cret".to_owned()],
            dry_run: false,
        };
        assert_eq!(
            command(&args),
            "script apply 'a b.sh' --secret token=env:PATH"
        );
    }
}
