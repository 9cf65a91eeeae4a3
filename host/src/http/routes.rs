//! The list of the host's routes: each is declared once, and router, guard and OpenAPI all come from that declaration.
//!
//! A feature registers in one function:
//! ```ignore
//! pub fn routes(routes: &mut Routes) {
//!     routes.get("/users", permission("users:read"), "Lists users.", list_users).returns_list::<User>();
//!     routes.post("/users", permission("users:manage"), "Creates a user.", create_user).body::<NewUser>().creates::<User>();
//! }
//! ```
//! There is no way to mount a handler without saying who may call it:
//! ```compile_fail,E0061
//! magnetiq::http::Routes::default().get("/users", "Lists users.", async || ());
//! ```

use std::collections::{HashMap, HashSet};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::handler::Handler;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use http::{Extensions, Method};
use magnetiq_contract::describe::Access;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::query::Parameters;
use crate::app::App;
use crate::error::{Error, Result};

/// Decides whether the caller whom an outer layer found may pass.
pub type Guard = fn(&Extensions, &Policy) -> Result<()>;

/// Who may call a route of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Whoever may call a plugin's route with the same rule.
    Access(Access),
    /// A person who signed in, about their own account: open also while they have yet to set up a second factor.
    Account,
}

impl Policy {
    /// As the document names it: `public`, `signed_in`, `account`, `nobody` or a permission.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Access(access) => access_name(access),
            Self::Account => "account",
        }
    }
}

/// An access rule as documents and screens name it.
#[must_use]
pub fn access_name(access: &Access) -> &str {
    match access {
        Access::Nobody => "nobody",
        Access::Public => "public",
        Access::SignedIn => "signed_in",
        Access::Permission(permission) => permission,
    }
}

impl From<Access> for Policy {
    fn from(access: Access) -> Self {
        Self::Access(access)
    }
}

/// Access for users with this permission, such as `users:read`.
#[must_use]
pub fn permission(name: &str) -> Access {
    Access::Permission(name.to_owned())
}

/// Routes in the order in which features registered them.
#[derive(Default)]
pub struct Routes {
    prefix: String,
    list: Vec<Route>,
}

/// One method on one path, with what OpenAPI says of it.
pub struct Route {
    /// `GET` and so on.
    pub method: Method,
    /// From the root: `/api/v1/users/{id}`.
    pub path: String,
    /// Who may call it.
    pub policy: Policy,
    /// One line.
    pub summary: String,
    /// Name and meaning of each query parameter.
    pub query: Vec<(String, String)>,
    /// What it takes.
    pub body: Option<Body>,
    /// What it answers.
    pub answer: Answer,
    handler: MethodRouter<App>,
}

/// What a route takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// JSON of this schema.
    Json(Value),
    /// Bytes.
    Upload(Upload),
}

/// A file that a route takes as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// As which it is announced.
    pub media_type: &'static str,
    /// Most bytes of it, in place of the limit of other bodies.
    pub bytes: usize,
}

/// What a route answers when all goes well.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// 200 with data of this schema.
    Data(Value),
    /// 201 with data of this schema and `Location`.
    Created(Value),
    /// 200 with a page of rows of this schema.
    List(Value),
    /// 204.
    Nothing,
    /// 200 with bytes of this media type, outside the envelope.
    Bytes(&'static str),
}

impl Routes {
    /// Registers what stands below `prefix`, such as `/api/v1`.
    pub fn under(&mut self, prefix: &str, register: impl FnOnce(&mut Self)) {
        let outer = self.prefix.len();
        self.prefix.push_str(prefix);
        register(self);
        self.prefix.truncate(outer);
    }

    /// Declares a GET; HEAD comes with it.
    pub fn get<H: Handler<T, App>, T: 'static>(
        &mut self,
        path: &str,
        policy: impl Into<Policy>,
        summary: impl Into<String>,
        handler: H,
    ) -> &mut Route {
        self.add(Method::GET, path, policy, summary, on(MethodFilter::GET, handler))
    }

    /// Declares a POST.
    pub fn post<H: Handler<T, App>, T: 'static>(
        &mut self,
        path: &str,
        policy: impl Into<Policy>,
        summary: impl Into<String>,
        handler: H,
    ) -> &mut Route {
        self.add(Method::POST, path, policy, summary, on(MethodFilter::POST, handler))
    }

    /// Declares a PUT.
    pub fn put<H: Handler<T, App>, T: 'static>(
        &mut self,
        path: &str,
        policy: impl Into<Policy>,
        summary: impl Into<String>,
        handler: H,
    ) -> &mut Route {
        self.add(Method::PUT, path, policy, summary, on(MethodFilter::PUT, handler))
    }

    /// Declares a PATCH.
    pub fn patch<H: Handler<T, App>, T: 'static>(
        &mut self,
        path: &str,
        policy: impl Into<Policy>,
        summary: impl Into<String>,
        handler: H,
    ) -> &mut Route {
        self.add(Method::PATCH, path, policy, summary, on(MethodFilter::PATCH, handler))
    }

    /// Declares a DELETE.
    pub fn delete<H: Handler<T, App>, T: 'static>(
        &mut self,
        path: &str,
        policy: impl Into<Policy>,
        summary: impl Into<String>,
        handler: H,
    ) -> &mut Route {
        self.add(Method::DELETE, path, policy, summary, on(MethodFilter::DELETE, handler))
    }

    /// All routes.
    #[must_use]
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    /// Most bytes of a body, by path, of those that take a file.
    #[must_use]
    pub fn uploads(&self) -> HashMap<String, usize> {
        let bytes = |route: &Route| match route.body {
            Some(Body::Upload(upload)) => Some((route.path.clone(), upload.bytes)),
            _ => None,
        };
        self.list.iter().filter_map(bytes).collect()
    }

    /// Mounts every route behind its guard.
    ///
    /// # Errors
    /// When a method stands twice on one path.
    pub fn into_router(self, guard: Guard) -> Result<Router<App>> {
        let mut known = HashSet::new();
        let mut router = Router::new();
        for route in self.list {
            if !known.insert((route.method.clone(), route.path.clone())) {
                return Err(Error::internal(format!("{} {} is declared twice", route.method, route.path)));
            }
            // Pages ignore what they do not know: links from elsewhere carry parameters of their own.
            let is_api = route.path.starts_with("/api/");
            let query = is_api.then(|| route.query.into_iter().map(|(name, _)| name).collect());
            router = router.route(&route.path, guarded(route.handler, route.policy, query, guard));
        }
        Ok(router)
    }

    fn add(
        &mut self,
        method: Method,
        path: &str,
        policy: impl Into<Policy>,
        summary: impl Into<String>,
        handler: MethodRouter<App>,
    ) -> &mut Route {
        let answer = if method == Method::DELETE { Answer::Nothing } else { Answer::Data(Value::Null) };
        let route = Route {
            method,
            path: format!("{}{path}", self.prefix),
            policy: policy.into(),
            summary: summary.into(),
            query: Vec::new(),
            body: None,
            answer,
            handler,
        };
        self.list.push_mut(route)
    }
}

/// A router that hands every request to `answer`, which has routers of its own behind it.
pub fn all_through<F: Future<Output = Response> + Send>(
    answer: impl Fn(Request) -> F + Clone + Send + Sync + 'static,
) -> Router {
    Router::new().fallback(answer)
}

/// Puts the guard in front, and on the API a look at the names of the query's parameters.
fn guarded(
    handler: MethodRouter<App>,
    policy: Policy,
    query: Option<HashSet<String>>,
    guard: Guard,
) -> MethodRouter<App> {
    // A route layer leaves the answer to other methods alone, so that 405 needs no sign-in.
    handler.route_layer(middleware::from_fn(move |request: Request, next: Next| {
        let passed = guard(request.extensions(), &policy).and_then(|()| match &query {
            Some(known) => known_alone(request.uri().query().unwrap_or_default(), known),
            None => Ok(()),
        });
        let matched = request.extensions().get::<MatchedPath>().cloned();
        async move {
            let mut response = match passed {
                Ok(()) => next.run(request).await,
                Err(refusal) => refusal.into_response(),
            };
            // Whoever keeps a record of refusals knows the route by this.
            if let Some(matched) = matched {
                response.extensions_mut().insert(matched);
            }
            response
        }
    }))
}

/// Refuses parameters that stand twice or that the route does not know, each by its name.
fn known_alone(query: &str, known: &HashSet<String>) -> Result<()> {
    let mut given = Parameters::parse(query)?;
    for name in known {
        given.take(name);
    }
    given.finish()
}

impl Route {
    /// Says what the JSON body is.
    pub fn body<T: JsonSchema>(&mut self) -> &mut Self {
        self.body_schema(schema::<T>())
    }

    /// Says what the JSON body is, where its schema is only known at run time.
    pub fn body_schema(&mut self, schema: Value) -> &mut Self {
        self.body = Some(Body::Json(schema));
        self
    }

    /// Takes a file instead of JSON.
    pub fn upload(&mut self, upload: Upload) -> &mut Self {
        self.body = Some(Body::Upload(upload));
        self
    }

    /// Names a query parameter.
    pub fn query(&mut self, name: &str, meaning: &str) -> &mut Self {
        self.query.push((name.to_owned(), meaning.to_owned()));
        self
    }

    /// 200 with `T` as data.
    pub fn returns<T: JsonSchema>(&mut self) -> &mut Self {
        self.answers(Answer::Data(schema::<T>()))
    }

    /// 201 with `T` as data.
    pub fn creates<T: JsonSchema>(&mut self) -> &mut Self {
        self.answers(Answer::Created(schema::<T>()))
    }

    /// 200 with a page of `T`; names `page` and `per_page` too.
    pub fn returns_list<T: JsonSchema>(&mut self) -> &mut Self {
        self.query("page", "Counts from 1.").query("per_page", "At most 100.").answers(Answer::List(schema::<T>()))
    }

    /// Any other answer.
    pub fn answers(&mut self, answer: Answer) -> &mut Self {
        self.answer = answer;
        self
    }
}

/// What OpenAPI says of the parameters in a path. `{id}` and `{topic_id}` are ids of rows, every other one is text.
#[must_use]
pub fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name: &str| {
        let is_id = name == "id" || name.ends_with("_id");
        let schema =
            if is_id { json!({"type": "integer", "format": "int64", "minimum": 1}) } else { json!({"type": "string"}) };
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    };
    names.map(parameter).collect()
}

/// The schema of `T` in OpenAPI 3.0's dialect.
#[must_use]
pub fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::openapi3().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.remove("components");
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_is_declared_twice_does_not_start() {
        let mut routes = Routes::default();
        routes.under("/api", |api| {
            api.get("/a", Access::Public, "One.", async || ());
            api.post("/a", Access::Public, "Two.", async || ());
        });
        assert_eq!(routes.list()[1].path, "/api/a");
        routes.get("/api/a", Access::Public, "Again.", async || ());
        let refusal = routes.into_router(|_, _| Ok(())).unwrap_err();
        assert!(refusal.to_string().contains("GET /api/a is declared twice"), "{refusal}");
    }
}
