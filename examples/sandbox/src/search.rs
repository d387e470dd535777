//! How close a text of the knowledge base is to a question.

use std::collections::HashSet;

/// Words that say little about what a question is about.
const STOP_WORDS: &[&str] = &[
    "a", "about", "an", "and", "any", "are", "at", "be", "but", "by", "can", "could", "do", "does",
    "for", "from", "have", "how", "i", "if", "in", "is", "it", "me", "my", "not", "of", "on", "or",
    "our", "so", "that", "the", "their", "there", "they", "this", "to", "us", "was", "we", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
];

/// What is looked for.
pub(crate) struct Query {
    words: HashSet<String>,
    /// The words that count; all of them, if they are all common ones.
    telling: HashSet<String>,
}

impl Query {
    pub fn new(text: &str) -> Self {
        let words = words(text);
        let telling: HashSet<String> = words
            .iter()
            .filter(|word| !STOP_WORDS.contains(&word.as_str()))
            .cloned()
            .collect();
        Self {
            telling: if telling.is_empty() {
                words.clone()
            } else {
                telling
            },
            words,
        }
    }

    /// How well a text fits, from 0 (not at all) to 1: mostly the share of the telling words that it
    /// has anywhere, and for the rest how much its title is like the whole query.
    pub fn score(&self, title: &str, detail: &str) -> f64 {
        let title = words(title);
        let detail = words(detail);
        let found = self
            .telling
            .iter()
            .filter(|word| title.contains(*word) || detail.contains(*word))
            .count();
        if found == 0 {
            return 0.0;
        }
        let shared = self.words.intersection(&title).count();
        let likeness = 2.0 * shared as f64 / (self.words.len() + title.len()) as f64;
        let share = found as f64 / self.telling.len() as f64;
        ((0.7 * share + 0.3 * likeness) * 10_000.0).round() / 10_000.0
    }
}

fn words(text: &str) -> HashSet<String> {
    text.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn the_question_itself_fits_best() {
        let query = Query::new("when do you OPEN");
        let same = query.score("When do you open?", "At nine, every day but Sunday.");
        let similar = query.score("Do you open a tab for regulars?", "Yes.");
        assert_eq!(same, 1.0);
        assert!(similar > 0.0 && similar < same);
    }

    #[test]
    fn common_words_alone_fit_nothing() {
        let query = Query::new("What do you charge?");
        assert_eq!(query.score("When do you open?", "At nine."), 0.0);
    }

    #[test]
    fn common_words_count_where_there_are_no_others() {
        assert_eq!(
            Query::new("Who are you?").score("Who are you?", "A bakery."),
            1.0
        );
        assert_eq!(Query::new("?!").score("Who are you?", "A bakery."), 0.0);
    }
}
