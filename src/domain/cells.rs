//! Text that people paste, parted into lines and cells.

/// What stands between two delimiters.
pub struct Cell {
    pub text: String,
    pub quoted: bool,
    /// Counted from 1.
    pub line: usize,
}

/// Parts a text into lines and cells. Within quotation marks a delimiter is text;
/// a line end is, too, in a table.
///
/// # Errors
/// The line of a table where a quotation mark is opened and never closed.
pub fn cells(text: &str, delimiters: &[char], table: bool) -> Result<Vec<Vec<Cell>>, usize> {
    let cell = |line| Cell {
        text: String::new(),
        quoted: false,
        line,
    };
    let (mut rows, mut row, mut line) = (Vec::new(), Vec::new(), 1);
    let mut now = cell(line);
    let mut open = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let ends = c == '\n' || (c == '\r' && rest.peek() != Some(&'\n'));
        line += usize::from(ends);
        match c {
            '"' if open.is_some() && rest.next_if_eq(&'"').is_some() => now.text.push('"'),
            '"' if open.is_some() => open = None,
            '"' if now.text.trim().is_empty() => {
                now.quoted = true;
                open = Some(line);
            }
            _ if open.is_some() && (table || !ends) => now.text.push(c),
            _ if ends => {
                open = None;
                row.push(std::mem::replace(&mut now, cell(line)));
                rows.push(std::mem::take(&mut row));
            }
            _ if delimiters.contains(&c) => row.push(std::mem::replace(&mut now, cell(line))),
            _ => now.text.push(c),
        }
    }
    if let Some(line) = open.filter(|_| table) {
        return Err(line);
    }
    row.push(now);
    rows.push(row);
    Ok(rows)
}
