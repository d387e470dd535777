//! The filter of a list of conversations.

use serde::Serialize;

use super::{Condition, ConditionGroup, Filter, GroupOperator};

/// The filter of [`GetSessions`](crate::GetSessions): conditions that must all hold.
///
/// It is made of one [`Condition`], of a list of them, or of a [`ConditionGroup`]. The API takes no
/// groups here, so that what a group holds is sent as a list. A group that cannot be written so,
/// because one of several conditions is enough, is refused when the request is used, before anything
/// is sent.
///
/// ```
/// use yourgpt::{Condition, ConditionGroup, GetSessions};
///
/// let german = || Condition::session(Condition::COUNTRY, "DE");
/// let open = || Condition::session("state", "unresolved");
///
/// let one = GetSessions::new().filter(german());
/// assert_eq!(one, GetSessions::new().filter([german()]));
///
/// let both = GetSessions::new().filter([german(), open()]);
/// let group = ConditionGroup::and([german().into(), open().into()]);
/// assert_eq!(both, GetSessions::new().filter(group));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SessionFilter {
    conditions: Vec<Condition>,
    /// Whether there was a group of which not every condition must hold.
    #[serde(skip)]
    has_other_group: bool,
}

impl SessionFilter {
    /// Whether all of it can be sent.
    pub(crate) fn is_list(&self) -> bool {
        !self.has_other_group
    }

    fn add(&mut self, filter: Filter) {
        match filter {
            Filter::Condition(condition) => self.conditions.push(condition),
            Filter::Group(group) => {
                let is_list = match group.operator {
                    GroupOperator::And => true,
                    GroupOperator::Or => group.conditions.len() == 1,
                    GroupOperator::Other(_) => false,
                };
                if is_list {
                    group
                        .conditions
                        .into_iter()
                        .for_each(|filter| self.add(filter));
                } else {
                    self.has_other_group = true;
                }
            }
        }
    }
}

impl FromIterator<Condition> for SessionFilter {
    fn from_iter<I: IntoIterator<Item = Condition>>(conditions: I) -> Self {
        Self {
            conditions: conditions.into_iter().collect(),
            has_other_group: false,
        }
    }
}

impl From<Condition> for SessionFilter {
    fn from(condition: Condition) -> Self {
        [condition].into()
    }
}

impl<const N: usize> From<[Condition; N]> for SessionFilter {
    fn from(conditions: [Condition; N]) -> Self {
        conditions.into_iter().collect()
    }
}

impl From<Vec<Condition>> for SessionFilter {
    fn from(conditions: Vec<Condition>) -> Self {
        conditions.into_iter().collect()
    }
}

impl From<ConditionGroup> for SessionFilter {
    fn from(group: ConditionGroup) -> Self {
        let mut filter = Self::default();
        filter.add(group.into());
        filter
    }
}
