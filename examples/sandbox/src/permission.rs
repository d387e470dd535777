//! Who may call an operation.

/// The roles that the contract's `x-permission` lets call an operation.
#[derive(Debug, PartialEq)]
pub(crate) enum Permission {
    Anyone,
    Roles(Vec<String>),
}

impl Permission {
    /// Reads the contract's words: alternatives separated by `,`, `;` or `or`.
    ///
    /// - `X > Read`: owner, editor and viewer have it;
    /// - `X > Write`: owner and editor have it;
    /// - `any valid token`, `not published` and nothing at all: anyone;
    /// - anything else is a role's name, the first one after the word `role`.
    pub fn parse(text: Option<&str>) -> Self {
        let mut roles = Vec::new();
        let parts = text.into_iter().flat_map(|text| text.split([',', ';']));
        for alternative in parts.flat_map(|part| part.split(" or ")) {
            let alternative = alternative.trim();
            match alternative.strip_prefix("role ").unwrap_or(alternative) {
                "" => {}
                "any valid token" | "not published" => return Self::Anyone,
                name if name.ends_with("> Read") => roles.extend(["owner", "editor", "viewer"]),
                name if name.ends_with("> Write") => roles.extend(["owner", "editor"]),
                name => roles.push(name),
            }
        }
        if roles.is_empty() {
            return Self::Anyone;
        }
        roles.sort_unstable();
        roles.dedup();
        Self::Roles(roles.into_iter().map(str::to_owned).collect())
    }

    pub fn allows<'a>(&self, mut roles: impl Iterator<Item = &'a str>) -> bool {
        match self {
            Self::Anyone => true,
            Self::Roles(allowed) => roles.any(|role| allowed.iter().any(|known| known == role)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Permission;

    fn roles(text: &str) -> String {
        match Permission::parse(Some(text)) {
            Permission::Anyone => "anyone".to_owned(),
            Permission::Roles(roles) => roles.join(" "),
        }
    }

    #[test]
    fn reads_every_wording_of_the_contract() {
        assert_eq!(roles("role owner"), "owner");
        assert_eq!(
            roles("role owner, editor, viewer or operator"),
            "editor operator owner viewer"
        );
        assert_eq!(
            roles("role owner or editor; Chatbot > Write"),
            "editor owner"
        );
        assert_eq!(
            roles("role owner, editor, viewer or trainer, or Debugging > Read"),
            "editor owner trainer viewer"
        );
        assert_eq!(roles("Contacts > Read"), "editor owner viewer");
        assert_eq!(roles("Training > Write"), "editor owner");
        assert_eq!(roles("any valid token"), "anyone");
        assert_eq!(roles("not published"), "anyone");
        assert_eq!(Permission::parse(None), Permission::Anyone);
    }
}
