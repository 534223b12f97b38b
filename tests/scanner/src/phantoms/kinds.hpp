#pragma once
/// The makers behind phantomKinds().

#include "gantry/scanner/phantoms.hpp"

namespace gantry::scanner {

PhantomStudy acrMriLarge(Examination examination, const PhantomSetup& setup);
PhantomStudy acrMriMedium(Examination examination, const PhantomSetup& setup);
PhantomStudy acrCt(Examination examination, const PhantomSetup& setup);
PhantomStudy ctWater(Examination examination, const PhantomSetup& setup);
PhantomStudy mrUniform(Examination examination, const PhantomSetup& setup);
PhantomStudy dwiIce(Examination examination, const PhantomSetup& setup);
PhantomStudy petUniform(Examination examination, const PhantomSetup& setup);
PhantomStudy nemaIq(Examination examination, const PhantomSetup& setup);

}  // namespace gantry::scanner
