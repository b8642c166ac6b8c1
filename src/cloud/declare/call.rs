//! How operations are called.

/// How a call's parameters travel, unless a parameter says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All in the query string.
    Query,
    /// In a JSON body; `Action` and `Version`, where there are any, in the query string.
    Json,
    /// In a form body; `Action` and `Version` in the query string.
    Form,
}

/// Which of a system's hosts a call goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The service itself.
    Service,
    /// The identity service.
    Identity,
}

/// How an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// `Action`, for query-RPC systems; for the others a name for people.
    pub action: &'static str,
    /// API version; part of the request for query-RPC systems only.
    pub version: &'static str,
    /// Query-RPC (action and version in the query) rather than REST.
    pub is_rpc: bool,
    /// HTTP method.
    pub method: &'static str,
    /// Path, with `{name}` for path parameters.
    pub path: &'static str,
    /// Which host.
    pub host: Host,
    /// How parameters travel.
    pub form: Form,
    /// Does it change anything?
    pub mutates: bool,
    /// Several operations at one path are told apart by this body field and value. The client sends it.
    pub when: Option<(&'static str, &'static str)>,
    /// The limit group its calls count against; the system's default group when empty.
    pub group: &'static str,
    /// A parameter whose value *is* the body, not a member of it (`PutMetricData` sends a bare array).
    pub bare_body: bool,
    /// Other methods and paths where it may be served, for documents that contradict themselves: tried in order where
    /// the first is not found.
    pub or: &'static [(&'static str, &'static str)],
    /// Text fields of the answer that hold JSON whose quotes the service may leave unescaped.
    pub embeds: &'static [&'static str],
}

impl Call {
    /// A query-RPC call: `GET /?Action=…&Version=…`.
    pub const fn action(action: &'static str, version: &'static str) -> Self {
        Self {
            action,
            version,
            is_rpc: true,
            method: "GET",
            path: "/",
            host: Host::Service,
            form: Form::Query,
            mutates: false,
            when: None,
            group: "",
            bare_body: false,
            or: &[],
            embeds: &[],
        }
    }

    /// A REST call. Parameters of `POST`, `PUT` and `PATCH` travel in a JSON body, those of the others in the query.
    pub const fn rest(
        action: &'static str,
        version: &'static str,
        method: &'static str,
        path: &'static str,
    ) -> Self {
        let mut call = Self::action(action, version);
        call.is_rpc = false;
        call.method = method;
        call.path = path;
        if matches!(method.as_bytes(), b"POST" | b"PUT" | b"PATCH") {
            call.form = Form::Json;
        }
        call
    }

    /// Sends a JSON body with `POST`.
    pub const fn post_json(mut self) -> Self {
        self.method = "POST";
        self.form = Form::Json;
        self
    }

    /// Sends a form body with `POST`.
    pub const fn post_form(mut self) -> Self {
        self.method = "POST";
        self.form = Form::Form;
        self
    }

    /// Sends everything in the query string with `POST`.
    pub const fn post_query(mut self) -> Self {
        self.method = "POST";
        self.form = Form::Query;
        self
    }

    /// Another path than `/`.
    pub const fn path(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    /// It changes something.
    pub const fn mutates(mut self) -> Self {
        self.mutates = true;
        self
    }

    /// It goes to the identity service.
    pub const fn identity(mut self) -> Self {
        self.host = Host::Identity;
        self
    }

    /// Told apart from others at the same path by a body field.
    pub const fn when(mut self, field: &'static str, value: &'static str) -> Self {
        self.when = Some((field, value));
        self
    }

    /// Counts against this limit group.
    pub const fn group(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }

    /// May also be served by these methods at these paths.
    pub const fn or(mut self, others: &'static [(&'static str, &'static str)]) -> Self {
        self.or = others;
        self
    }

    /// These text fields of the answer hold JSON, perhaps with bare quotes.
    pub const fn embeds(mut self, fields: &'static [&'static str]) -> Self {
        self.embeds = fields;
        self
    }

    /// The only body parameter is the body.
    pub const fn bare_body(mut self) -> Self {
        self.bare_body = true;
        self
    }
}
