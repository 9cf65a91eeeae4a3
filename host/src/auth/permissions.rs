//! Which role holds which permission: the host's own table and what enabled plugins add to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arc_swap::ArcSwap;
use magnetiq_contract::names::is_permission_of;
use parking_lot::Mutex;

use super::roles::Role;
use crate::error::{Code, Error, Result};

/// The host's permissions and the least role that holds each.
const CORE: &[(&str, Role)] = &[
    ("content:read", Role::Viewer),
    ("content:write", Role::Editor),
    ("media:write", Role::Editor),
    ("people:read", Role::Editor),
    ("content:publish", Role::Admin),
    ("content:delete", Role::Admin),
    ("people:write", Role::Admin),
    ("analytics:read", Role::Admin),
    ("plugins:manage", Role::Admin),
    ("users:read", Role::Admin),
    ("users:manage", Role::SuperAdmin),
    ("system:manage", Role::SuperAdmin),
    ("audit:read", Role::SuperAdmin),
];

/// Names of permissions that one role holds, such as `content:write`.
pub type PermissionSet = BTreeSet<Arc<str>>;

/// All permissions of the site by role. Clones share the table; reading it takes no lock.
#[derive(Clone)]
pub struct Permissions(Arc<Inner>);

/// What each plugin adds, by its id: names with the least role that holds them.
type ByPlugin = BTreeMap<String, Vec<(Arc<str>, Role)>>;

struct Inner {
    plugins: Mutex<ByPlugin>,
    by_role: ArcSwap<[Arc<PermissionSet>; 4]>,
}

/// Whether `name` is one of the host's own permissions.
#[must_use]
pub fn is_core(name: &str) -> bool {
    core_role(name).is_some()
}

/// The least role that holds one of the host's own permissions.
#[must_use]
pub fn core_role(name: &str) -> Option<Role> {
    CORE.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
}

impl Default for Permissions {
    /// The host's own permissions.
    fn default() -> Self {
        let plugins = BTreeMap::new();
        let by_role = ArcSwap::from_pointee(table(&plugins));
        Self(Arc::new(Inner { plugins: Mutex::new(plugins), by_role }))
    }
}

impl Permissions {
    /// What `role` may do.
    #[must_use]
    pub fn of(&self, role: Role) -> Arc<PermissionSet> {
        Arc::clone(&self.0.by_role.load()[role as usize])
    }

    /// Adds or replaces the permissions of a plugin. Each comes with the roles that start with it; greater roles hold
    /// it too, and a super admin holds all. `<id>:manage` is always there, for admins.
    ///
    /// # Errors
    /// 409 when a name is not of the form `<id>:<verb>`: a plugin adds no permission outside its own name.
    pub fn register_plugin(&self, id: &str, permissions: &[(String, Vec<Role>)]) -> Result<()> {
        let manage = format!("{id}:manage");
        if is_core(&manage) {
            return Err(Error::new(Code::Conflict, format!("The permission {manage} belongs to the host.")));
        }
        let mut starting = vec![(Arc::from(manage), Role::Admin)];
        for (name, roles) in permissions {
            if is_core(name) || !is_permission_of(id, name) {
                return Err(Error::new(Code::Conflict, format!("The plugin {id} may not add the permission {name}.")));
            }
            let least = roles.iter().copied().min().unwrap_or(Role::SuperAdmin);
            starting.retain(|(known, _): &(Arc<str>, Role)| **known != **name);
            starting.push((Arc::from(name.as_str()), least));
        }
        let mut plugins = self.0.plugins.lock();
        plugins.insert(id.to_owned(), starting);
        self.0.by_role.store(Arc::new(table(&plugins)));
        Ok(())
    }

    /// Takes the permissions of a plugin away again.
    pub fn remove_plugin(&self, id: &str) {
        let mut plugins = self.0.plugins.lock();
        plugins.remove(id);
        self.0.by_role.store(Arc::new(table(&plugins)));
    }
}

fn table(plugins: &ByPlugin) -> [Arc<PermissionSet>; 4] {
    let core = CORE.iter().map(|(name, least)| (Arc::from(*name), *least));
    let all: Vec<(Arc<str>, Role)> = core.chain(plugins.values().flatten().cloned()).collect();
    Role::ALL.map(|role| {
        let held = all.iter().filter(|(_, least)| *least <= role);
        Arc::new(held.map(|(name, _)| Arc::clone(name)).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holders(permissions: &Permissions, name: &str) -> Vec<Role> {
        Role::ALL.into_iter().filter(|role| permissions.of(*role).contains(name)).collect()
    }

    #[test]
    fn every_core_permission_is_held_from_its_role_upwards() {
        let permissions = Permissions::default();
        for (name, least) in CORE {
            let expected: Vec<_> = Role::ALL.into_iter().filter(|role| role >= least).collect();
            assert_eq!(holders(&permissions, name), expected, "{name}");
        }
    }

    #[test]
    fn the_packer_knows_the_hosts_permissions() {
        let known: Vec<_> = CORE.iter().map(|(name, _)| *name).collect();
        assert_eq!(known, magnetiq_contract::names::HOST_PERMISSIONS);
    }

    #[test]
    fn each_role_holds_all_rights_of_the_one_below_and_more() {
        let permissions = Permissions::default();
        for pair in Role::ALL.windows(2) {
            let (lower, upper) = (permissions.of(pair[0]), permissions.of(pair[1]));
            assert!(upper.is_superset(&lower) && upper.len() > lower.len(), "{} over {}", pair[1], pair[0]);
        }
    }

    #[test]
    fn a_plugins_permissions_start_with_the_roles_of_its_manifest_and_go_with_it() {
        let permissions = Permissions::default();
        let asked = [
            ("webinars:read".to_owned(), vec![Role::Viewer]),
            ("webinars:write".to_owned(), vec![Role::Editor, Role::Admin]),
            ("webinars:purge".to_owned(), vec![]),
        ];
        permissions.register_plugin("webinars", &asked).unwrap();
        assert_eq!(holders(&permissions, "webinars:read"), Role::ALL);
        assert_eq!(holders(&permissions, "webinars:write"), [Role::Editor, Role::Admin, Role::SuperAdmin]);
        assert_eq!(holders(&permissions, "webinars:manage"), [Role::Admin, Role::SuperAdmin]);
        assert_eq!(holders(&permissions, "webinars:purge"), [Role::SuperAdmin]);
        permissions.remove_plugin("webinars");
        assert_eq!(holders(&permissions, "webinars:read"), []);
        assert_eq!(holders(&permissions, "content:read"), Role::ALL);
    }

    #[test]
    fn a_plugin_adds_no_permission_outside_its_own_name() {
        let permissions = Permissions::default();
        for stolen in ["users:manage", "login:", "loginx:read", "login", "login:Read", "login:a:b", ""] {
            let asked = [(stolen.to_owned(), vec![Role::Viewer])];
            assert!(permissions.register_plugin("login", &asked).is_err(), "{stolen}");
        }
        assert_eq!(holders(&permissions, "users:manage"), [Role::SuperAdmin]);
        let core = [("users:manage".to_owned(), vec![Role::Viewer])];
        assert!(permissions.register_plugin("users", &core).is_err());
        assert!(permissions.register_plugin("system", &[]).is_err(), "admins would get system:manage");
        assert_eq!(holders(&permissions, "system:manage"), [Role::SuperAdmin]);
    }
}
