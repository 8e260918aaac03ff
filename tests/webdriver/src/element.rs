//! One element of a page.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::Driver;

/// The name under which the protocol hands out elements.
const REFERENCE: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An element that was found; it outlives no change of the page that removes it.
#[derive(Clone, Debug)]
pub struct Element<'driver> {
    driver: &'driver Driver,
    id: String,
}

impl<'driver> Element<'driver> {
    /// Takes the element out of a reply.
    pub(crate) fn from_value(driver: &'driver Driver, value: &Value) -> Result<Self> {
        let id = value[REFERENCE].as_str().with_context(|| format!("{value} is no element"))?.to_owned();
        Ok(Self { driver, id })
    }

    /// The element as an argument of [`Driver::script`].
    pub fn to_value(&self) -> Value {
        json!({ REFERENCE: self.id })
    }

    fn path(&self, rest: &str) -> String {
        format!("/element/{}/{rest}", self.id)
    }

    /// Scrolls to the element and clicks its middle, as a mouse would.
    ///
    /// # Errors
    /// When it is covered, has no size, or is gone.
    pub fn click(&self) -> Result<()> {
        self.driver.post(&self.path("click"), &json!({})).map(|_| ())
    }

    /// The text that is seen, with the white space that is seen.
    ///
    /// # Errors
    /// When the element is gone.
    pub fn text(&self) -> Result<String> {
        let value = self.driver.get(&self.path("text"))?;
        value.as_str().map(str::to_owned).with_context(|| format!("{value} is no text"))
    }

    /// An attribute as it is written in the page, or `None`.
    ///
    /// # Errors
    /// When the element is gone.
    pub fn attribute(&self, name: &str) -> Result<Option<String>> {
        Ok(self.driver.get(&self.path(&format!("attribute/{name}")))?.as_str().map(str::to_owned))
    }

    /// A property as it is now, for example `value` or `checked`.
    ///
    /// # Errors
    /// When the element is gone.
    pub fn property(&self, name: &str) -> Result<Value> {
        self.driver.get(&self.path(&format!("property/{name}")))
    }

    /// True when the element can be seen.
    ///
    /// # Errors
    /// When the element is gone.
    pub fn is_displayed(&self) -> Result<bool> {
        Ok(self.driver.get(&self.path("displayed"))?.as_bool().unwrap_or(false))
    }

    /// The name that a screen reader says.
    ///
    /// # Errors
    /// When the element is gone.
    pub fn accessible_name(&self) -> Result<String> {
        let value = self.driver.get(&self.path("computedlabel"))?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Focuses the element and types, key by key.
    ///
    /// # Errors
    /// When it takes no keys or is gone.
    pub fn type_text(&self, text: &str) -> Result<()> {
        self.driver.post(&self.path("value"), &json!({ "text": text })).map(|_| ())
    }

    /// Empties a field.
    ///
    /// # Errors
    /// When it cannot be edited or is gone.
    pub fn clear(&self) -> Result<()> {
        self.driver.post(&self.path("clear"), &json!({})).map(|_| ())
    }

    /// The first element inside this one that a CSS selector finds.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, css: &str) -> Result<Element<'driver>> {
        let found =
            self.driver.post(&self.path("element"), &selector(css)).with_context(|| format!("finding `{css}`"))?;
        Element::from_value(self.driver, &found)
    }

    /// All elements inside this one that a CSS selector finds, in the order of the page.
    ///
    /// # Errors
    /// When the element is gone.
    pub fn find_all(&self, css: &str) -> Result<Vec<Element<'driver>>> {
        let found =
            self.driver.post(&self.path("elements"), &selector(css)).with_context(|| format!("finding `{css}`"))?;
        found.as_array().into_iter().flatten().map(|value| Element::from_value(self.driver, value)).collect()
    }
}

/// A CSS selector as the protocol writes it.
pub(crate) fn selector(css: &str) -> Value {
    json!({ "using": "css selector", "value": css })
}
