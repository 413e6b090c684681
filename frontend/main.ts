/** What every page loads: styles, htmx and the elements of the shell. */
import "@tabler/core/dist/css/tabler.min.css";
import "./css/tokens.css";
import "./css/base.css";
import "./css/shell.css";
import "./css/page.css";
import "./css/parts.css";
import "./css/boxes.css";
import "./css/float.css";
import "./css/table.css";
import "./css/form.css";
import "./css/library.css";
import "./css/library-table.css";
import "./css/preview.css";
import "./css/library-narrow.css";
import "./css/stages.css";
import "./css/record.css";
import "./css/rows.css";
import "./css/added.css";
import "./css/merging.css";
import "./css/intake.css";
import "./css/intake-side.css";
import "./css/intake-pages.css";
import "./css/parcels.css";
import "./css/account.css";
import "./css/projects.css";
import "./css/sites.css";
import "./css/people.css";
import "./css/exports.css";
import "./css/honours.css";
import "./css/search.css";
import "./css/map.css";
import "./css/views.css";
import "./css/attachments.css";
import "./css/bulk.css";
import "./css/notices.css";

import htmx from "htmx.org";

import "./openers.ts";
import "./requests.ts";
import "./elements/bell.ts";
import "./elements/drop.ts";
import "./elements/files.ts";
import "./elements/keys.ts";
import "./elements/form.ts";
import "./elements/library.ts";
import "./elements/map.ts";
import "./elements/mentions.ts";
import "./elements/menu.ts";
import "./elements/parcels.ts";
import "./elements/progress.ts";
import "./elements/search.ts";
import "./elements/sheet.ts";
import "./elements/shell.ts";
import "./elements/theme.ts";

// Elements find htmx by importing it; pages by this name.
(window as Window & { htmx?: typeof htmx }).htmx = htmx;
