/// The optional fields of a request, each as a method that sets it and hands the request on.
macro_rules! setters {
    ($request:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)+ }) => {
        impl $request {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $field(mut self, $field: $type) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )+
        }
    };
}
pub(crate) use setters;
