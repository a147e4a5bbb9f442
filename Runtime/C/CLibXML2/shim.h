#pragma once

// ICU's types are Foundation's as well, and not the same ones: nothing here uses what needs them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/HTMLparser.h>
#include <libxml/xmlreader.h>
