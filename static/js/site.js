/* Every module of the site; newsroom/bundles.py makes them one file. Each looks for what it is for and rests where there
   is none of it. The last one waits for an answer. */
import "./offline.js";
import "./share.js";
import "./listen.js";
import "./text-size.js";
import "./live.js";
import "./search.js";
import "./signup.js";
import "./here.js";
