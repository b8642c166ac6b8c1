//! Tokens of Huawei's identity service: one at a time, cached, renewed before they lapse (signing-huawei.md, 1;
//! huawei-esm.md, 1.3).

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use jiff::Timestamp;

use super::declare::Operation;
use super::huawei_coc::ops::IamCreateToken;
use crate::domain::account::SystemId;
use crate::domain::error::{ApiError, Class};
use crate::domain::secret::Secret;

/// Pause between two attempts to renew a token that still works.
const PAUSE: Duration = Duration::from_secs(60);

/// A token that ends sooner than this is not used any more: it would lapse on the way.
const LAST_MOMENT: Duration = Duration::from_secs(60);

/// A token and what it is good for.
#[derive(Debug)]
pub struct Token {
    /// The token itself.
    pub(super) secret: Secret,
    /// When it was obtained.
    pub obtained_at: Timestamp,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// The user it belongs to; what COC wants as operator of incidents.
    pub user_id: String,
    /// The project it is for; empty for a token of the account.
    pub project_id: String,
    /// The account it is for.
    pub domain_id: String,
    /// When it is renewed in the background.
    pub(super) renew_at: Timestamp,
}

impl Token {
    /// When a token with this life is to be renewed: an hour before its end, sooner for short lives, spread over some
    /// minutes so that many clients do not renew at once. `luck` is from 0 to 1.
    pub(super) fn renew_at(obtained_at: Timestamp, expires_at: Timestamp, luck: f64) -> Timestamp {
        let life = Duration::try_from(expires_at.duration_since(obtained_at)).unwrap_or_default();
        let minutes = match life.as_secs() / 60 {
            0..=20 => 5,
            21..90 => 15,
            _ => 60,
        };
        let early = Duration::from_secs(minutes * 60)
            .mul_f64(1.0 + luck / 10.0)
            .min(life / 2);
        expires_at - early
    }
}

/// The task that asked for a token is gone without an answer: it panicked, or the program ends.
fn given_up() -> ApiError {
    ApiError::new(
        Class::Network,
        SystemId::HuaweiCoc,
        IamCreateToken::ID,
        "the request for a token was given up",
    )
}

type Flight = Shared<BoxFuture<'static, Result<Arc<Token>, ApiError>>>;

/// The tokens of one identity: user, account and scope.
#[derive(Default)]
pub(super) struct Tokens {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Token>>,
    flight: Option<Flight>,
    /// No further attempt in the background before this.
    not_before: Option<Timestamp>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tokens {
    /// A token that works at `now`: the cached one, or the one that `login` obtains. However many callers wait, `login`
    /// is called once. A token near its end is used on while a new one is obtained in the background.
    ///
    /// # Errors
    ///
    /// That of `login`, to all who waited for it. The next caller tries again.
    pub(super) async fn get(
        &self,
        now: Timestamp,
        login: impl FnOnce() -> BoxFuture<'static, Result<Token, ApiError>>,
    ) -> Result<Arc<Token>, ApiError> {
        let flight = {
            let mut state = lock(&self.state);
            let usable = state
                .current
                .clone()
                .filter(|token| now + LAST_MOMENT < token.expires_at);
            match usable {
                Some(token) if now < token.renew_at => return Ok(token),
                Some(token) => {
                    let may_try = state.not_before.is_none_or(|at| at <= now);
                    if state.flight.is_none() && may_try {
                        state.not_before = Some(now + PAUSE);
                        // Nobody waits: the task runs by itself.
                        drop(self.start(&mut state, login()));
                    }
                    return Ok(token);
                }
                None => match &state.flight {
                    Some(flight) => flight.clone(),
                    None => self.start(&mut state, login()),
                },
            }
        };
        flight.await
    }

    /// Obtains a token in a task of its own, so that it arrives even when those who wait for it go away.
    fn start(
        &self,
        state: &mut State,
        login: BoxFuture<'static, Result<Token, ApiError>>,
    ) -> Flight {
        let shared = Arc::clone(&self.state);
        let (tell, told) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            // A panic must not leave those who wait without an answer.
            let result = AssertUnwindSafe(login)
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(given_up()))
                .map(Arc::new);
            let mut state = lock(&shared);
            state.flight = None;
            if let Ok(token) = &result {
                state.current = Some(Arc::clone(token));
            }
            drop(state);
            // Nobody may be waiting any more.
            let _ = tell.send(result);
        });
        let flight = async move { told.await.unwrap_or_else(|_| Err(given_up())) }
            .boxed()
            .shared();
        state.flight = Some(flight.clone());
        flight
    }

    /// A service refused this token: it is not used again.
    pub(super) fn refused(&self, token: &Arc<Token>) {
        let mut state = lock(&self.state);
        if state
            .current
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, token))
        {
            state.current = None;
        }
    }
}
