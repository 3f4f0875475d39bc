//! Tests that need another environment run in a process of their own, since changing ours would be unsafe.

use std::env;
use std::process::Command;

const MARK: &str = "AIRUDDER_TEST_CHILD";

/// Whether the environment is as asked for; if not, runs the test of this name in a process where it is.
pub fn has_environment(test: &str, variables: &[(&str, &str)]) -> bool {
    if env::var_os(MARK).is_some() {
        return true;
    }
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test])
        .envs(variables.iter().copied())
        .env(MARK, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    false
}
