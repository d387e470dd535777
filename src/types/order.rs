//! The direction in which rows are sorted.

use crate::types::open_enum;

open_enum! {
    /// The direction in which rows are sorted.
    OrderBy {
        /// Ascending.
        Asc = "ASC",
        /// Descending.
        Desc = "DESC",
    }
}
