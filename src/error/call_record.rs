//! What the errors of a call have in common.

use std::fmt;

use crate::operation::Operation;

/// What is known about a call.
#[derive(Debug, Clone)]
pub(crate) struct CallRecord {
    pub(crate) operation: Operation,
    pub(crate) attempts: u32,
    pub(crate) may_have_been_processed: bool,
}

impl CallRecord {
    /// A call of which no attempt was made yet.
    pub(crate) fn new(operation: Operation) -> Self {
        Self {
            operation,
            attempts: 0,
            may_have_been_processed: false,
        }
    }

    /// Whether the call can be made again without doing anything twice.
    pub(super) fn is_safe_to_repeat(&self) -> bool {
        !self.may_have_been_processed || self.operation.is_repeatable()
    }
}

/// The end of an error message: what the attempts mean for the caller.
impl fmt::Display for CallRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.attempts > 1 {
            write!(f, "; tried {} times", self.attempts)?;
        }
        if !self.is_safe_to_repeat() {
            f.write_str("; the call may have been processed: look before repeating it")?;
        }
        Ok(())
    }
}
