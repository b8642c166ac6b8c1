//! The walk of `metric_journey.rs` with the real program in a real terminal of 80 columns and 24 rows: `watchkeeper demo`,
//! real HTTP on a loopback port, and nothing but the bytes that a keyboard sends.

use super::pty::demo;

const ENTER: &[u8] = b"\r";
const TAB: &[u8] = b"\t";
const BACK_TAB: &[u8] = b"\x1b[Z";

#[test]
fn from_the_metric_to_the_policy_that_fires_in_a_small_terminal() {
    let (mut pty, _home) = demo(None, &[], (80, 24));
    // Found by typing, and charted.
    pty.send(b":catalogue\r");
    pty.wait_for("cloud servers");
    pty.send(b"/checkout_lat\r");
    pty.wait_for("checkout_latency");
    pty.send(ENTER);
    pty.wait_for("now ");
    // Another statistic and window; a rule that is tried.
    pty.send(b"ts");
    pty.wait_for("highest");
    pty.send(b"t3");
    pty.wait_for("3h");
    pty.send(b"tr");
    pty.wait_for("Rehearse a rule");
    pty.send(TAB);
    pty.send(b"400");
    pty.send(&BACK_TAB.repeat(3));
    pty.send(ENTER);
    pty.wait_for("Would have fired 1 times");
    // It becomes a policy, which fires.
    pty.send(b"o");
    pty.wait_for("New policy for a custom metric");
    pty.send(b"slow checkout");
    pty.send(&BACK_TAB.repeat(2));
    pty.send(ENTER);
    pty.wait_for("[ Create ]");
    pty.send(TAB);
    pty.send(ENTER);
    pty.wait_for("Done");
    pty.send(b":policies\r");
    pty.send(b"/slow\r");
    pty.wait("the policy fires", |screen| {
        let text = screen.contents();
        let mut rows = text.lines().filter(|line| line.contains("slow checkout"));
        rows.any(|row| row.contains("firing"))
    });
    // Somebody is told.
    pty.send(b"a");
    pty.wait_for("Add a receiver to slow checkout");
    pty.send(&BACK_TAB.repeat(2));
    pty.send(ENTER);
    pty.wait_for("[ Add ]");
    pty.send(TAB);
    pty.send(ENTER);
    pty.wait_for("Done");
    pty.send(b"\x03\x03");
    assert_eq!(pty.end(), 0);
}
