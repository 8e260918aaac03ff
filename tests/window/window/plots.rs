//! The map with and without WebGL.

use anyhow::Result;
use serde_json::json;

use crate::{PATIENCE, Window};

#[test]
fn without_webgl_the_map_is_a_still_picture_that_still_selects() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.wait("[data-page]")?;
    window.value("localStorage.setItem('webgl', 'off');")?;
    window.click("[data-page=window-nav-map]")?;
    window.wait("#map-still")?;
    window.wait(".map-holder.still svg[role=img]")?;
    assert!(window.driver.find_all("main canvas")?.is_empty(), "nothing is drawn on a canvas");
    // By keyboard: the first step selects an item, as on the canvas.
    window.driver.script("document.querySelector('.map-holder').focus();", &[])?;
    window.driver.key(parallax_webdriver::keys::RIGHT)?;
    window.wait(".map-label.selected")?;
    window.wait(".drawer")?;
    Ok(())
}

#[test]
fn a_lost_webgl_context_gives_way_to_the_still_picture() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.click("[data-page=window-nav-map]")?;
    window.wait(".map-holder canvas")?;
    window.driver.wait_until("the canvas to be drawn", PATIENCE, || {
        let drawn = window.value(
            "const canvas = document.querySelector('.map-holder canvas');
             const gl = canvas?.getContext('webgl2') ?? canvas?.getContext('webgl');
             return Boolean(gl && canvas.width > 1);",
        )?;
        Ok((drawn == json!(true)).then_some(()))
    })?;
    window.value(
        "const canvas = document.querySelector('.map-holder canvas');
         const gl = canvas.getContext('webgl2') ?? canvas.getContext('webgl');
         gl.getExtension('WEBGL_lose_context').loseContext();",
    )?;
    window.wait("#map-still")?;
    window.wait(".map-holder.still svg[role=img]")?;
    Ok(())
}
