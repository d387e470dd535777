//! How much a project uses of what the organization's plan provides.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Outcome, Refusal};
use crate::call::{self, Call};
use crate::state::Project;

/// One thing that is used up.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Resource {
    pub used: u64,
    pub cap: Option<u64>,
    /// What the plan provides; 0 stands for as much as the sandbox's own plan.
    share: u64,
}

impl Resource {
    fn of_plan(share: u64) -> Self {
        Self {
            used: 0,
            cap: None,
            share,
        }
    }

    /// Uses one more, if the cap allows it.
    pub fn spend(&mut self) -> Result<(), Refusal> {
        if self.used >= self.cap.unwrap_or(self.share) {
            return Err(Refusal::limit_reached());
        }
        self.used += 1;
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Usage {
    /// Texts and files of the knowledge base.
    pub document: Resource,
    pub webpages: Resource,
    pub credits: Resource,
    pub voice_credits: Resource,
}

impl Default for Usage {
    fn default() -> Self {
        Self {
            document: Resource::of_plan(250),
            webpages: Resource::of_plan(900),
            credits: Resource::of_plan(8000),
            voice_credits: Resource::of_plan(600),
        }
    }
}

impl Usage {
    /// Completes what was read.
    pub fn complete(&mut self) {
        let Self {
            document,
            webpages,
            credits,
            voice_credits,
        } = Self::default();
        for (resource, plan) in [
            (&mut self.document, document),
            (&mut self.webpages, webpages),
            (&mut self.credits, credits),
            (&mut self.voice_credits, voice_credits),
        ] {
            if resource.share == 0 {
                resource.share = plan.share;
            }
        }
    }

    pub fn resource(&mut self, limit_type: &str) -> Result<&mut Resource, Refusal> {
        match limit_type {
            "document" => Ok(&mut self.document),
            "webpages" => Ok(&mut self.webpages),
            "credits" => Ok(&mut self.credits),
            "voice_credits" => Ok(&mut self.voice_credits),
            _ => Err(Refusal::not_found()),
        }
    }

    /// Without the resources that have no cap. Web pages come as digit strings, as quotas do now and
    /// then.
    fn record(&self) -> Value {
        let mut record = Map::new();
        for (name, resource) in [
            ("document", &self.document),
            ("credits", &self.credits),
            ("voice_credits", &self.voice_credits),
        ] {
            if let Some(cap) = resource.cap {
                let quota = json!({ "limit": cap, "usage": resource.used });
                record.insert(name.to_owned(), quota);
            }
        }
        if let Some(cap) = self.webpages.cap {
            let quota =
                json!({ "limit": cap.to_string(), "usage": self.webpages.used.to_string() });
            record.insert("webpages".to_owned(), quota);
        }
        Value::Object(record)
    }
}

pub(super) fn get_project_usage_limit(project: &mut Project, _: &Call) -> Outcome {
    Ok(Answer::Data(project.usage.record()))
}

/// Sets all the caps or, if one of them is refused, none.
pub(super) fn set_project_usage_limit(project: &mut Project, call: &Call) -> Outcome {
    let limits = call.value("limits").and_then(Value::as_array);
    let mut caps = Vec::new();
    for (index, entry) in limits.into_iter().flatten().enumerate() {
        let limit_type = entry["limit_type"].as_str().unwrap_or_default();
        let cap = call::number(&entry["limit"]).unwrap_or_default();
        let resource = project.usage.resource(limit_type)?;
        let field = format!("limits.{index}.limit");
        if cap < resource.used {
            let message = format!("Must not be below the present use of {}", resource.used);
            return Err(Refusal::invalid(field, message));
        }
        if cap > resource.share {
            let message = format!("Must not be above the plan's share of {}", resource.share);
            return Err(Refusal::invalid(field, message));
        }
        caps.push((limit_type, cap));
    }
    for (limit_type, cap) in caps {
        project.usage.resource(limit_type)?.cap = Some(cap);
    }
    Ok(Answer::Done)
}

pub(super) fn remove_project_usage_limit(project: &mut Project, call: &Call) -> Outcome {
    project.usage.resource(call.text("limit_type"))?.cap = None;
    Ok(Answer::Done)
}
