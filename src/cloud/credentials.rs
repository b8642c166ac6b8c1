//! Where a client gets its credentials from.

use crate::domain::connection::Credentials;

/// Credentials that are at hand or have to be fetched first, for example from a helper program.
pub trait CredentialSource: Send + Sync {
    /// The credentials, when no waiting is needed.
    fn ready(&self) -> Option<Credentials>;

    /// Fetches the credentials. May block: clients call it on a thread for that, once, and keep the result.
    ///
    /// # Errors
    ///
    /// What is missing and where it is to be put, in words for the user, without secrets.
    fn load(&self) -> Result<Credentials, String>;
}

impl CredentialSource for Credentials {
    fn ready(&self) -> Option<Credentials> {
        Some(self.clone())
    }

    fn load(&self) -> Result<Credentials, String> {
        Ok(self.clone())
    }
}
