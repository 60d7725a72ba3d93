//! Colours: the built-in palettes and the reading of `#rrggbb`.

use plotters::style::RGBColor;

use super::Palette;

impl Palette {
    /// For paper and light pages. The series follow Okabe and Ito's colour-blind safe set, its light members darkened until each has a
    /// contrast of 3:1 on white; entry 0 is for the culprit.
    #[must_use]
    pub fn light() -> Self {
        Self::of(
            ["#ffffff", "#1f2328", "#e4e7eb", "#5f6874", "#c4161c", "#8a5a00"],
            ["#0066ad", "#b86e00", "#00835f", "#b04a8b", "#3391c9", "#cc5200", "#857400", "#6b7280"],
        )
    }

    /// For dark pages: the same hues at the same places, lightened.
    #[must_use]
    pub fn dark() -> Self {
        Self::of(
            ["#14171c", "#e6e9ee", "#2a2f37", "#98a2b0", "#ff6b66", "#f0b429"],
            ["#5cb8f5", "#e69f00", "#2fbf92", "#dd8fc0", "#8fd3ff", "#f0803c", "#e3d84e", "#a3abb8"],
        )
    }

    fn of([background, text, grid, muted, alarm, warning]: [&str; 6], series: [&str; 8]) -> Self {
        Self {
            background: background.to_owned(),
            text: text.to_owned(),
            grid: grid.to_owned(),
            muted: muted.to_owned(),
            alarm: alarm.to_owned(),
            warning: warning.to_owned(),
            series: series.map(str::to_owned).to_vec(),
        }
    }

    /// The colour of a series; wraps around, and an empty list falls back to the text colour.
    pub(super) fn series_color(&self, index: u8) -> RGBColor {
        let n_colors = self.series.len().max(1);
        rgb(self.series.get(usize::from(index) % n_colors).unwrap_or(&self.text))
    }
}

/// One colour over another, `share` of it: what a translucent one looks like there.
pub(super) fn over(below: RGBColor, above: RGBColor, share: f32) -> RGBColor {
    let of = |below: u8, above: u8| (f32::from(below) + (f32::from(above) - f32::from(below)) * share).round() as u8;
    RGBColor(of(below.0, above.0), of(below.1, above.1), of(below.2, above.2))
}

/// Reads `#rrggbb`; anything else is a grey that shows on light and dark.
pub(super) fn rgb(color: &str) -> RGBColor {
    let channel = |from: usize| u8::from_str_radix(color.get(from..from + 2)?, 16).ok();
    match (color.len(), color.starts_with('#'), channel(1), channel(3), channel(5)) {
        (7, true, Some(red), Some(green), Some(blue)) => RGBColor(red, green, blue),
        _ => RGBColor(0x80, 0x80, 0x80),
    }
}
